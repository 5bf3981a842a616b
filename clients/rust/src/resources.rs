//! Asking where the bytes of pictures and attachments go, and where they come from.

use crate::{
    Client, Error,
    proto::{
        QueryResourceDownloadInfoRequest, QueryResourceUploadInfoRequest, turms_notification::data, turms_request::Kind,
    },
};

/// Where and how to upload a resource: a form, which is posted to the URL with the bytes as its last field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UploadForm {
    pub url: String,
    /// The id of the resource, by which it is asked for afterwards.
    pub id: String,
    /// The fields before the bytes, in their order.
    pub fields: Vec<(String, String)>,
}

impl Client {
    /// Asks where and how to upload a resource.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], with code 6000 where nobody stores files; [`Error::NoData`]; [`Error::Timeout`];
    /// [`Error::Closed`].
    pub async fn query_upload(&self, request: QueryResourceUploadInfoRequest) -> Result<UploadForm, Error> {
        let mut fields = self.query_pairs(Kind::QueryResourceUploadInfoRequest(request)).await?;
        let mut take = |name: &str| {
            let place = fields.iter().position(|(key, _)| key == name).ok_or(Error::NoData)?;
            Ok::<_, Error>(fields.remove(place).1)
        };
        let (url, id) = (take("url")?, take("id")?);
        Ok(UploadForm { url, id, fields })
    }

    /// Asks for the URL to download a resource from.
    ///
    /// # Errors
    ///
    /// As [`Client::query_upload`].
    pub async fn query_download(&self, request: QueryResourceDownloadInfoRequest) -> Result<String, Error> {
        let pairs = self.query_pairs(Kind::QueryResourceDownloadInfoRequest(request)).await?;
        pairs.into_iter().find_map(|(key, value)| (key == "url").then_some(value)).ok_or(Error::NoData)
    }

    /// Keys and values come in turn.
    async fn query_pairs(&self, request: Kind) -> Result<Vec<(String, String)>, Error> {
        match self.request(request).await?.into_data()? {
            Some(data::Kind::StringsWithVersion(found)) => {
                let mut strings = found.strings.into_iter();
                Ok(std::iter::from_fn(|| Some((strings.next()?, strings.next()?))).collect())
            }
            Some(_) | None => Err(Error::NoData),
        }
    }
}
