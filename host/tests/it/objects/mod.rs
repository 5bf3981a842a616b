//! Files that plugins let clients move: what a component signs is used as a browser would, over real sockets.

mod access;
mod broken;
mod connections;
mod downloads;
mod forms;
mod slow;
mod transfers;

use std::sync::Arc;

use reqwest::{
    Client, Response, StatusCode,
    multipart::{Form, Part},
};
use talaria::config::{Config, ObjectBackend, Secret};

use crate::support::{TestServer, minio};

const BUCKET: &str = "message-attachment";

/// A server with the plugin `errands`, which does with objects what it is told.
pub(crate) struct Files {
    pub(crate) server: TestServer,
    pub(crate) client: Client,
    /// Of this test alone, as a store of S3 is everybody's.
    pub(crate) bucket: String,
    /// Ended with the last test that uses it.
    _minio: Option<Arc<minio::Minio>>,
}

/// A form that the plugin has signed.
#[derive(Clone)]
pub(crate) struct SignedForm {
    pub(crate) url: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Files {
    pub(crate) async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let server = TestServer::builder().config(change).plugin("errands").start().await;
        let files = Self::of(server, BUCKET, None);
        files.ask(&["ensure", BUCKET, "private"]).await.expect("it is done");
        files
    }

    pub(crate) fn of(server: TestServer, bucket: &str, minio: Option<Arc<minio::Minio>>) -> Self {
        Self { server, client: Client::new(), bucket: bucket.to_owned(), _minio: minio }
    }

    /// In a real store of S3, when there is one here.
    pub(crate) async fn s3() -> Option<Self> {
        let minio = tokio::task::block_in_place(minio::shared)?;
        let endpoint = minio.endpoint();
        let server = TestServer::builder().plugin("errands").config(|config| {
            config.objects.backend = ObjectBackend::S3;
            config.objects.s3.endpoint = Some(endpoint);
            config.objects.s3.access_key = Some(minio::ACCESS_KEY.into());
            config.objects.s3.secret_key = Some(Secret::new(minio::SECRET_KEY));
        });
        let bucket = format!("it-{:016x}", rand::random::<u64>());
        let files = Self::of(server.start().await, &bucket, Some(minio));
        files.ask(&["ensure", &bucket, "private"]).await.expect("it is done");
        Some(files)
    }

    /// On the disk.
    pub(crate) async fn disk() -> Self {
        Self::start(|_| {}).await
    }

    /// What the capability answers the plugin; or its error.
    pub(crate) async fn ask(&self, lines: &[&str]) -> Result<String, String> {
        ask(&self.client, &self.server.route("/errands/public/objects"), lines).await
    }

    pub(crate) async fn presign_get(&self, key: &str, file_name: &str) -> String {
        self.ask(&["presign-get", &self.bucket, key, "60", file_name]).await.expect("it is done")
    }

    pub(crate) async fn presign_put(&self, key: &str) -> String {
        self.ask(&["presign-put", &self.bucket, key, "60"]).await.expect("it is done")
    }

    pub(crate) async fn presign_post(&self, key: &str, media_type: &str, least: u32, most: u32) -> SignedForm {
        let (least, most) = (least.to_string(), most.to_string());
        let answer =
            self.ask(&["presign-post", &self.bucket, key, "60", media_type, &least, &most]).await.expect("it is done");
        let (url, fields) = answer.split_once('\n').expect("it is done");
        let fields = fields.lines().map(|line| line.split_once('=').expect("it is done"));
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        SignedForm { url: url.to_owned(), fields }
    }

    /// Puts an object past all that is signed.
    pub(crate) async fn put(&self, key: &str, media_type: &str, data: &str) {
        self.ask(&["put", &self.bucket, key, media_type, data]).await.expect("it is done");
    }

    pub(crate) async fn get(&self, url: &str) -> Response {
        self.client.get(url).send().await.expect("it answers")
    }

    /// The bytes of an object, by a signed address.
    pub(crate) async fn download(&self, key: &str) -> Vec<u8> {
        let answer = self.get(&self.presign_get(key, "").await).await;
        assert_eq!(answer.status(), StatusCode::OK, "{key}");
        answer.bytes().await.expect("it comes to its end").to_vec()
    }

    pub(crate) async fn is_there(&self, key: &str) -> bool {
        self.ask(&["head", &self.bucket, key]).await.expect("it is done") != "-"
    }

    pub(crate) async fn post(&self, form: SignedForm, data: impl Into<Vec<u8>>) -> Response {
        self.client.post(&form.url).multipart(form.filled(data)).send().await.expect("it answers")
    }

    /// Files that lie in the bucket on the disk, those that are not whole included.
    pub(crate) fn on_disk(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.server.data().join("objects").join(BUCKET)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("it is done").flatten() {
                if entry.file_type().expect("it is done").is_dir() {
                    folders.push(entry.path());
                } else {
                    found.push(entry.file_name().into_string().expect("it is done"));
                }
            }
        }
        found
    }
}

/// What the capability answers the plugin at this address; or its error.
pub(crate) async fn ask(client: &Client, url: &str, lines: &[&str]) -> Result<String, String> {
    let request = client.post(url).body(lines.join("\n"));
    let answer = request.send().await.expect("it answers").text().await.expect("it is text");
    answer.strip_prefix("ok\n").map(str::to_owned).ok_or(answer)
}

impl SignedForm {
    /// With another field.
    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With another value in a field.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.field(name, value)
    }

    fn filled(self, data: impl Into<Vec<u8>>) -> Form {
        let form = self.fields.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
        form.part("file", Part::bytes(data.into()).file_name("picture.png"))
    }
}

/// What a refusal says.
pub(crate) async fn refusal(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: serde_json::Value = answer.json().await.expect("a refusal is JSON");
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}
