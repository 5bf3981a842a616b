//! A plugin that runs, and what a test may do with it.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use serde_json::Value;
use talaria::{
    desk::{Desk, Recording, Replay, SentMessage},
    dispatch::{
        Authentication, HttpRequest, HttpResponse, Verdict,
        logs::{LogLevel, LogLine},
        plugins::{InstallOptions, PluginStatus},
    },
    model::{
        Context, Origin, Reply, UserId,
        command::{Command, CreateMessage, Request},
        hidden::Hidden,
        message::Draft,
        session::{DeviceType, Login},
    },
    objects::{Access, BucketName, Error as ObjectsError, Key, MediaType, Object},
    store::KvStore as _,
};

use crate::{BeforeSend, Builder, Refusal, component::Source};

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(5);

/// A plugin that runs in a server of its own, until it is dropped.
pub struct TestPlugin {
    pub(crate) desk: Desk,
}

impl TestPlugin {
    /// The component in a file, as `talaria plugin build` writes it.
    pub fn builder(file: impl Into<PathBuf>) -> Builder {
        Builder::of_file(file)
    }

    /// The component of the crate under test, `env!("CARGO_MANIFEST_DIR")`: the one that `talaria plugin test` has
    /// built, or one that is built now.
    pub fn of_crate(folder: impl Into<PathBuf>) -> Builder {
        Builder::new(Source::Crate(folder.into()))
    }

    /// A component in memory.
    pub fn of_bytes(component: impl Into<Vec<u8>>) -> Builder {
        Builder::new(Source::Bytes(component.into()))
    }

    /// Asks the plugin what it says of a message before it is sent. Nothing is sent.
    pub async fn message_before_send(&self, sender: i64, draft: Draft) -> BeforeSend {
        let mut after = draft.clone();
        let passage = self.desk.hooks.message_before_send(&client(sender), UserId(sender), &mut after, None).await;
        BeforeSend::new(passage, &draft, after)
    }

    /// Asks the plugin whether these are a user's credentials.
    pub async fn authenticate(&self, user: i64, password: &str) -> Authentication {
        self.desk.hooks.authenticate(&client(user), &login(user, Some(password))).await
    }

    /// Asks the plugin whether a user whose credentials were accepted may log in.
    pub async fn before_login(&self, user: i64) -> Verdict {
        self.desk.hooks.before_login(&client(user), &login(user, None)).await
    }

    /// Sends a message as a client would: past the plugin's filters and the rules, into the store, and to its
    /// observers. Answers the message's id.
    ///
    /// # Errors
    ///
    /// What the sender would be told.
    pub async fn send(&self, sender: i64, draft: Draft) -> Result<i64, Refusal> {
        let message =
            CreateMessage { id: None, sequence: None, is_system: false, draft: Some(draft), idempotency_key: None };
        match self.request(sender, Command::CreateMessage(Box::new(message))).await? {
            Reply::MessageId(id) => Ok(id.0),
            other => Err(Refusal { code: None, text: format!("the server answered {other:?}") }),
        }
    }

    /// Does anything that a client can ask for.
    ///
    /// # Errors
    ///
    /// What the client would be told.
    pub async fn request(&self, user: i64, command: Command) -> Result<Reply, Refusal> {
        let request = Request { id: 1, attributes: Vec::new(), command };
        self.desk.bus.handle(&client(user), request).await.map_err(Refusal::from)
    }

    /// Asks the plugin over HTTP, as a user does who has logged in, or as the operator, who is user 0. Who may come to
    /// the route is not looked at.
    ///
    /// # Errors
    ///
    /// When the plugin has no routes, or does not answer.
    pub async fn ask(&self, user: i64, method: &str, target: &str, body: impl Into<Vec<u8>>) -> Result<HttpResponse> {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        let route = self.desk.bus.find_route(&self.desk.name, path).context("the plugin has no routes")?;
        let (method, target, body) = (method.to_owned(), target.to_owned(), body.into().into());
        let request = HttpRequest { method, target, headers: Vec::new(), body };
        Ok(self.desk.bus.answer(&client(user), &route, request).await?)
    }

    /// Waits until the plugin has taken all that it observes.
    ///
    /// # Errors
    ///
    /// When it does not within ten seconds.
    pub async fn observed(&self) -> Result<()> {
        let done = async {
            while self.status().await?.lag.is_some_and(|lag| lag.waiting > 0) {
                tokio::time::sleep(LOOK).await;
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, done).await.context("the plugin has not taken what it observes")?
    }

    /// Messages that others were told of, those that the plugin sent among them.
    #[must_use]
    pub fn messages(&self) -> Vec<SentMessage> {
        self.desk.messages()
    }

    /// Waits until there are so many [`Self::messages`]: what a plugin sends from a filter is sent after the call.
    ///
    /// # Errors
    ///
    /// When they do not come within ten seconds.
    pub async fn until_messages(&self, count: usize) -> Result<Vec<SentMessage>> {
        let done = async {
            while self.messages().len() < count {
                tokio::time::sleep(LOOK).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, done).await;
        ensure!(found.is_ok(), "there are {} messages, not {count}", self.messages().len());
        Ok(self.messages())
    }

    /// What the plugin keeps under a key of `kv`.
    ///
    /// # Errors
    ///
    /// When the store does not answer.
    pub async fn kv(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.desk.store.kv_find(&self.desk.name, key, self.desk.clock.now()).await?.map(Vec::from))
    }

    /// What is known of an object, with its bytes; every bucket may be used, and is on a disk.
    ///
    /// # Errors
    ///
    /// When there is no such bucket.
    pub async fn object(&self, bucket: &str, key: &str) -> Result<Option<(Object, Vec<u8>)>> {
        let (bucket, key) = (BucketName::parse(bucket)?, Key::parse(key)?);
        let Some(object) = self.desk.objects.head(&bucket, &key).await? else { return Ok(None) };
        let data = self.desk.objects.get(&bucket, &key, u64::MAX).await?;
        Ok(data.map(|data| (object, data.into())))
    }

    /// Puts an object as a client would that was given a form for it. The bucket comes into being with it.
    ///
    /// # Errors
    ///
    /// When the key or the media type makes no sense.
    pub async fn upload(&self, bucket: &str, key: &str, data: impl Into<Vec<u8>>, media_type: &str) -> Result<Object> {
        let (bucket, key, media_type) = (BucketName::parse(bucket)?, Key::parse(key)?, MediaType::parse(media_type)?);
        let (objects, data) = (&self.desk.objects, Bytes::from(data.into()));
        match objects.put(&bucket, &key, data.clone(), &media_type).await {
            Err(ObjectsError::NoBucket) => objects.ensure_bucket(&bucket, Access::Private).await?,
            put => return Ok(put?),
        }
        Ok(objects.put(&bucket, &key, data, &media_type).await?)
    }

    /// What the plugin has said, printed and failed at, the oldest first.
    ///
    /// # Errors
    ///
    /// When the plugin is gone.
    pub async fn logs(&self) -> Result<Vec<LogLine>> {
        let mut reader = self.desk.plugins.logs(&self.desk.name, LogLevel::Trace, usize::MAX).await?;
        let mut lines = Vec::new();
        loop {
            let batch = reader.take();
            if batch.lines.is_empty() {
                return Ok(lines);
            }
            lines.extend(batch.lines.iter().map(|line| LogLine::clone(line)));
        }
    }

    /// How the plugin is doing, as an operator sees it.
    ///
    /// # Errors
    ///
    /// When the plugin is gone.
    pub async fn status(&self) -> Result<PluginStatus> {
        let mut found = self.desk.plugins.list().await.into_iter();
        found.find(|plugin| plugin.manifest.name == self.desk.name).context("the plugin is not there")
    }

    /// Gives the plugin another configuration, by a swap.
    ///
    /// # Errors
    ///
    /// When it does not start with it; it goes on with the one before.
    pub async fn configure(&self, config: Value) -> Result<()> {
        self.desk.plugins.configure(&self.desk.name, config).await?;
        Ok(())
    }

    /// Puts another version in its place, as an installation does.
    ///
    /// # Errors
    ///
    /// When it does not start, or is another plugin; the version before goes on.
    pub async fn swap(&self, component: impl Into<Vec<u8>>) -> Result<()> {
        let status = self.desk.plugins.install(component.into().into(), InstallOptions::default()).await?;
        ensure!(status.manifest.name == self.desk.name, "that is the plugin `{}`", status.manifest.name);
        Ok(())
    }

    /// Moves the clock forward.
    pub fn advance(&self, milliseconds: i64) {
        self.desk.clock.advance(milliseconds);
    }

    /// Has the plugin answer what was recorded in a server (`talaria plugin record`), at the recorded times. A
    /// recording that [`Replay::is_same`] is a test of what has once gone wrong.
    ///
    /// # Errors
    ///
    /// When the plugin is gone.
    pub async fn replay(&self, recording: &Recording) -> Result<Replay> {
        Ok(self.desk.replay(recording).await?)
    }

    /// Stops the plugin as a server that stops does. One that is dropped instead is cut off.
    pub async fn stop(self) {
        self.desk.close().await;
    }
}

fn client(user: i64) -> Context {
    Context { origin: Origin::Client, actor: UserId(user), device: Some(DeviceType::Desktop), ..Context::admin() }
}

fn login(user: i64, password: Option<&str>) -> Login {
    Login {
        version: 1,
        user: UserId(user),
        password: password.map(|password| Hidden(password.to_owned())),
        status: None,
        device: DeviceType::Desktop,
        device_details: Vec::new(),
        position: None,
    }
}
