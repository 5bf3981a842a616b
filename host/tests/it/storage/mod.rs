//! The plugin `storage` as users meet it: asked by the client protocol, and the bytes moved as a browser moves them.
//! The same scenarios run over each store of objects.

mod attachments;
mod faults;
mod pictures;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use reqwest::{
    StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use talaria::config::{Config, ObjectBackend, Secret};
use talaria_client::{
    Response,
    proto::{
        DeleteResourceRequest, QueryMessageAttachmentInfosRequest, QueryResourceDownloadInfoRequest,
        QueryResourceUploadInfoRequest, StorageResourceType, UpdateMessageAttachmentInfoRequest,
        turms_notification::data, turms_request::Kind,
    },
};

use crate::support::{
    TestServer, User,
    minio::{self, Minio},
};

const USER_PICTURE: StorageResourceType = StorageResourceType::UserProfilePicture;
const GROUP_PICTURE: StorageResourceType = StorageResourceType::GroupProfilePicture;
const ATTACHMENT: StorageResourceType = StorageResourceType::MessageAttachment;

/// Has each scenario run on each store.
macro_rules! on_each_store {
    ($($scenario:ident),+ $(,)?) => {
        mod disk {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $scenario() {
                    super::$scenario(super::super::Storage::disk().await).await;
                }
            )+
        }

        mod s3 {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $scenario() {
                    if let Some(storage) = super::super::Storage::s3().await {
                        super::$scenario(storage).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_each_store;

/// A server with the plugin.
pub(crate) struct Storage {
    pub(crate) server: TestServer,
    web: reqwest::Client,
    /// Begins the names of the buckets: a store of S3 is everybody's.
    prefix: String,
    /// Ended with the last test that uses it.
    _minio: Option<Arc<Minio>>,
}

/// What a client is told of an upload, as a Turms client takes it: `url` and `id` out of it, and the rest into a form.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) url: String,
    pub(crate) id: i64,
    pub(crate) fields: Vec<(String, String)>,
}

impl Storage {
    pub(crate) async fn disk() -> Self {
        Self::start(None, |_| {}).await
    }

    /// Over a real store, when there is one here.
    pub(crate) async fn s3() -> Option<Self> {
        let minio = tokio::task::block_in_place(minio::shared)?;
        let endpoint = minio.endpoint();
        Some(Self::start(Some(minio), |config| over_s3(config, &endpoint)).await)
    }

    async fn start(minio: Option<Arc<Minio>>, change: impl FnOnce(&mut Config)) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = TestServer::builder().config(change).plugin("storage").start().await;
        let prefix = format!("s{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let storage = Self { server, web: reqwest::Client::new(), prefix, _minio: minio };
        storage.configure(json!({})).await;
        storage
    }

    pub(crate) async fn configure(&self, mut config: Value) {
        config["buckets"] = json!({
            "user_pictures": self.bucket("users"),
            "group_pictures": self.bucket("groups"),
            "attachments": self.bucket("attachments"),
        });
        self.server.admin().configure_plugin("storage", &config).await.success();
    }

    pub(crate) fn bucket(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix)
    }

    /// Asks for an upload, of an attachment for a user or a group by its negated id.
    pub(crate) async fn begin(&self, user: &User, request: QueryResourceUploadInfoRequest) -> Upload {
        let mut pairs = pairs(user.request(Kind::QueryResourceUploadInfoRequest(request)).await);
        let mut take = |name: &str| {
            let at = pairs.iter().position(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}"));
            pairs.remove(at).1
        };
        Upload { url: take("url"), id: take("id").parse().expect("it is a number"), fields: pairs }
    }

    /// As Turms clients do: the key and the type besides what they were told, and the file last.
    pub(crate) async fn post(&self, upload: &Upload, media_type: &str, data: impl Into<Vec<u8>>) -> reqwest::Response {
        self.try_post(upload, media_type, Part::bytes(data.into())).await.expect("it answers")
    }

    /// An error when nobody answers.
    pub(crate) async fn try_post(
        &self,
        upload: &Upload,
        media_type: &str,
        file: Part,
    ) -> reqwest::Result<reqwest::Response> {
        let mut form = Form::new().text("key", upload.id.to_string()).text("Content-Type", media_type.to_owned());
        for (name, value) in &upload.fields {
            form = form.text(name.clone(), value.clone());
        }
        let file = file.file_name("file").mime_str(media_type).expect("it is a media type");
        self.web.post(&upload.url).multipart(form.part("file", file)).send().await
    }

    /// An attachment that is there.
    pub(crate) async fn attach(&self, user: &User, with: Option<i64>, name: &str, data: &str) -> i64 {
        let upload = self.begin(user, attachment(with, name)).await;
        let posted = self.post(&upload, "text/plain", data).await;
        assert!(posted.status().is_success(), "{}", posted.text().await.unwrap_or_default());
        upload.id
    }

    /// Where a resource is downloaded; or the code of the refusal.
    pub(crate) async fn address(&self, user: &User, kind: StorageResourceType, id: i64) -> Result<String, i32> {
        let request = QueryResourceDownloadInfoRequest { r#type: kind.into(), id_num: Some(id), ..Default::default() };
        let response = user.request(Kind::QueryResourceDownloadInfoRequest(request)).await;
        if !response.is_success() {
            return Err(response.code);
        }
        Ok(pairs(response).into_iter().find(|(name, _)| name == "url").expect("there is an address").1)
    }

    pub(crate) async fn get(&self, url: &str) -> reqwest::Response {
        self.web.get(url).send().await.expect("it answers")
    }

    /// The text of an attachment; or the code of the refusal.
    pub(crate) async fn download(&self, user: &User, id: i64) -> Result<String, i32> {
        let answer = self.get(&self.address(user, ATTACHMENT, id).await?).await;
        assert_eq!(answer.status(), StatusCode::OK);
        Ok(answer.text().await.expect("it comes to its end"))
    }
}

fn over_s3(config: &mut Config, endpoint: &str) {
    config.objects.backend = ObjectBackend::S3;
    config.objects.s3.endpoint = Some(endpoint.to_owned());
    config.objects.s3.access_key = Some(minio::ACCESS_KEY.into());
    config.objects.s3.secret_key = Some(Secret::new(minio::SECRET_KEY));
}

fn attachment(with: Option<i64>, name: &str) -> QueryResourceUploadInfoRequest {
    QueryResourceUploadInfoRequest {
        r#type: ATTACHMENT.into(),
        id_num: with,
        name: Some(name.to_owned()),
        media_type: Some("text/plain".to_owned()),
        ..QueryResourceUploadInfoRequest::default()
    }
}

fn picture(kind: StorageResourceType, id: Option<i64>) -> QueryResourceUploadInfoRequest {
    let media_type = Some("image/png".to_owned());
    QueryResourceUploadInfoRequest { r#type: kind.into(), id_num: id, media_type, ..Default::default() }
}

fn delete(kind: StorageResourceType, id: i64) -> Kind {
    let request = DeleteResourceRequest { r#type: kind.into(), id_num: Some(id), ..DeleteResourceRequest::default() };
    Kind::DeleteResourceRequest(request)
}

fn share(id: i64, user: Option<i64>, no_longer: Option<i64>) -> Kind {
    Kind::UpdateMessageAttachmentInfoRequest(UpdateMessageAttachmentInfoRequest {
        attachment_id_num: Some(id),
        user_id_to_share_with: user,
        user_id_to_unshare_with: no_longer,
        ..UpdateMessageAttachmentInfoRequest::default()
    })
}

/// The ids of attachments, the newest first.
async fn list(user: &User, query: QueryMessageAttachmentInfosRequest) -> Vec<i64> {
    let data = user.request(Kind::QueryMessageAttachmentInfosRequest(query)).await.data;
    let Some(data::Kind::StorageResourceInfos(found)) = data else { return Vec::new() };
    found.infos.into_iter().map(|info| info.id_num.expect("ours have numbers")).collect()
}

fn pairs(response: Response) -> Vec<(String, String)> {
    let Some(data::Kind::StringsWithVersion(found)) = response.data else { panic!("{response:?}") };
    let pairs = found.strings.chunks_exact(2);
    pairs.map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}
