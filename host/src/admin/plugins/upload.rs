//! A component on its way in: as the body itself with the rest in the query, or everything as parts of a form, for
//! configurations that are long or secret.

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Query, Request},
    http::header::CONTENT_TYPE,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    admin::{error::Error, json},
    model::plugin::Mode,
};

const FORM: &str = "multipart/form-data";

/// What is installed, and how.
#[derive(Debug)]
pub(in crate::admin) struct Upload {
    pub(super) component: Bytes,
    pub(super) config: Option<Value>,
    pub(super) grants: Vec<String>,
    pub(super) mode: Option<Mode>,
    /// Nothing is to be installed.
    pub(super) dry_run: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    /// A JSON object.
    config: Option<String>,
    /// Names, separated by commas.
    grants: Option<String>,
    /// `full`, `shadow`, or `canary-10` for so many percent.
    mode: Option<String>,
    /// Only says what would be installed.
    #[serde(default)]
    dry_run: bool,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_form = kind.starts_with(FORM);
        let query = Query::<Parameters>::try_from_uri(request.uri()).map_err(Error::Query)?.0;
        let mut upload = Self {
            component: Bytes::new(),
            config: query.config.map(|text| json::parse(text.as_bytes())).transpose()?,
            grants: query.grants.map(|names| split(&names)).unwrap_or_default(),
            mode: query.mode.as_deref().map(mode).transpose()?,
            dry_run: query.dry_run,
        };
        if is_form {
            let form = Multipart::from_request(request, state).await;
            upload.take_form(form.map_err(|rejection| Error::Json(rejection.body_text()))?).await?;
        } else {
            upload.component = Bytes::from_request(request, state).await.map_err(Error::Body)?;
        }
        Ok(upload)
    }
}

impl Upload {
    /// What a part says counts more than the query.
    async fn take_form(&mut self, mut form: Multipart) -> Result<(), Error> {
        while let Some(part) = form.next_field().await.map_err(Error::Multipart)? {
            let name = part.name().unwrap_or_default().to_owned();
            let content = part.bytes().await.map_err(Error::Multipart)?;
            match name.as_str() {
                "component" => self.component = content,
                "config" => self.config = Some(json::parse(&content)?),
                "grants" => self.grants = split(&String::from_utf8_lossy(&content)),
                "mode" => self.mode = Some(mode(&String::from_utf8_lossy(&content))?),
                other => {
                    return Err(Error::Json(format!(
                        "unknown part `{other}`; the parts are component, config, grants, mode"
                    )));
                }
            }
        }
        Ok(())
    }
}

fn mode(text: &str) -> Result<Mode, Error> {
    let canary = |percent: &str| percent.parse().ok().map(Mode::Canary);
    match text {
        "full" => Ok(Mode::Full),
        "shadow" => Ok(Mode::Shadow),
        other => other.strip_prefix("canary-").and_then(canary).ok_or_else(|| {
            Error::Json(format!("unknown mode `{other}`; the modes are full, shadow and, for 10 percent, canary-10"))
        }),
    }
}

fn split(names: &str) -> Vec<String> {
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
