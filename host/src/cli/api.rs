//! Talking to a running server's admin interface.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};

use super::settings::{Data, FILE_VARIABLE};
use crate::config::Config;

/// Flags that say which server is meant. Without them: the one that would start here.
#[derive(clap::Args, Debug)]
pub(super) struct Server {
    #[command(flatten)]
    data: Data,
    /// Address of the admin interface, as HOST:PORT or http://HOST:PORT [default: 127.0.0.1:8510]
    #[arg(long, value_name = "ADDR")]
    admin: Option<String>,
    /// API token [default: admin.token in the data directory, here or upward]
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
}

/// A server and the right to speak with it.
#[derive(Debug)]
pub(super) struct Api {
    base: String,
    token: String,
    client: reqwest::Client,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
    hint: Option<String>,
}

impl Server {
    pub(super) fn connect(&self) -> Result<Api> {
        let file = std::env::var_os(FILE_VARIABLE).map(PathBuf::from);
        let config = self.data.load(&Config::default(), file, Vec::new())?;
        let base = match &self.admin {
            Some(url) if url.contains("://") => url.trim_end_matches('/').to_owned(),
            Some(address) => format!("http://{address}"),
            None => format!("http://{}", reachable(config.admin.listen)),
        };
        let token = match (&self.token, &config.admin.token) {
            (Some(given), _) => given.clone(),
            (None, Some(configured)) => configured.reveal().to_owned(),
            (None, None) => read_token(&config)?,
        };
        // The server is near; a proxy for the web would only be in the way.
        let client = reqwest::Client::builder().no_proxy().build().context("the HTTP client does not start")?;
        Ok(Api { base, token, client })
    }
}

/// A server that listens everywhere is reached on the loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()),
        _ => listen,
    }
}

fn read_token(config: &Config) -> Result<String> {
    let file = config.admin_token_file();
    let here = std::env::current_dir().unwrap_or_default();
    let text = fs::read_to_string(upward(&here, &file).unwrap_or_else(|| file.clone())).with_context(|| {
        format!(
            "cannot read the API token {}; run this where the server's data directory is, or give --data or --token",
            file.display()
        )
    })?;
    Ok(text.trim().to_owned())
}

/// The nearest such file, so that commands work in the folder of a plugin below the server's.
fn upward(from: &Path, file: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join(file)).find(|found| found.is_file())
}

impl Api {
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    /// The answer, when it is a success.
    pub(super) async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        read(&self.answer(request).await?)
    }

    /// As [`Self::send`]; `None` for what is not there.
    pub(super) async fn find<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<Option<T>> {
        match self.answer(request).await {
            Ok(body) => read(&body).map(Some),
            Err(failure) if failure.is::<NotFound>() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Success is all that counts.
    pub(super) async fn done(&self, request: RequestBuilder) -> Result<()> {
        self.answer(request).await.map(|_| ())
    }

    /// A success whose body is read as it comes.
    pub(super) async fn open(&self, request: RequestBuilder) -> Result<Response> {
        let response = request.send().await.map_err(|cause| self.unreachable(&cause))?;
        if response.status().is_success() { Ok(response) } else { Err(self.refusal(response).await) }
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Vec<u8>> {
        let response = self.open(request).await?;
        Ok(response.bytes().await.map_err(|cause| self.unreachable(&cause))?.into())
    }

    async fn refusal(&self, response: Response) -> anyhow::Error {
        let status = response.status();
        let body = match response.bytes().await {
            Ok(body) => body,
            Err(cause) => return self.unreachable(&cause),
        };
        let Ok(refusal) = serde_json::from_slice::<Refusal>(&body) else {
            return anyhow!("{} answered {status}; is it the admin address of a Talaria server?", self.base);
        };
        let message = match refusal.hint {
            Some(hint) => format!("{} ({hint})", refusal.message),
            None => refusal.message,
        };
        if status == StatusCode::NOT_FOUND { NotFound(message).into() } else { anyhow!(message) }
    }

    fn unreachable(&self, cause: &reqwest::Error) -> anyhow::Error {
        if cause.is_connect() {
            anyhow!("no server answers at {}; start one with `talaria serve`, or name it with --admin", self.base)
        } else {
            anyhow!("the request to {} failed: {cause}", self.base)
        }
    }
}

/// What the server says, also a line of it.
pub(super) fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T> {
    serde_json::from_slice(text)
        .context("the server's answer cannot be read; are the server and this program of the same version?")
}

/// What the path names is not there.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotFound(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_upward() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("plugin/src");
        fs::create_dir_all(&below).unwrap();
        let file = Path::new("data/admin.token");
        assert_eq!(upward(&below, file), None);
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::write(folder.path().join(file), "token").unwrap();
        assert_eq!(upward(&below, file), Some(folder.path().join(file)));
    }

    #[test]
    fn a_server_that_listens_everywhere_is_near() {
        assert_eq!(reachable("0.0.0.0:8510".parse().unwrap()).to_string(), "127.0.0.1:8510");
        assert_eq!(reachable("[::]:8510".parse().unwrap()).to_string(), "127.0.0.1:8510");
        assert_eq!(reachable("10.0.0.1:8510".parse().unwrap()).to_string(), "10.0.0.1:8510");
    }
}
