//! Objects in a store that speaks S3. Addresses and forms lead clients to that store itself. One that is away is told
//! at each request, and asked again at the next.

mod failure;
mod policy;

use std::{fmt, fs, future::Future, path::Path, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use minio::s3::{
    builders::PostPolicy,
    client::{Method, MinioClient, MinioClientBuilder},
    creds::StaticProvider,
    error::Error as Failure,
    http::BaseUrl,
    multimap_ext::{Multimap, MultimapExt as _},
    response_traits::{HasEtagFromHeaders as _, HasS3Fields as _},
    types::{Region, S3Api as _, ToStream as _},
    utils::utc_now,
};
use tokio::time::timeout;

use self::policy::Found;
use super::{
    Access, BucketName, Download, Error, Expiry, Form, FormPolicy, Key, MediaRule, MediaType, Object, ObjectStore,
    disposition,
};
use crate::{
    config::{self, Secret},
    model::Timestamp,
};

/// Objects that a listing brings at a time, at most; S3 has no more.
const PAGE: u16 = 1000;
/// What each certificate in a file begins with.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Why the settings are of no use.
#[derive(Debug, thiserror::Error)]
#[error("the store of S3 in objects.s3 cannot be used: {0}")]
pub struct S3Error(String);

/// Objects in a store that speaks S3. It has no debug form, as that of the client shows the secret.
pub struct S3Store {
    /// What the server itself asks.
    client: MinioClient,
    /// What clients are led to.
    public: MinioClient,
    /// As it was written, for what the operator is told.
    endpoint: String,
    region: Region,
    patience: Duration,
    max_object_bytes: u64,
}

/// The client takes a file without any certificate for one that is fine, and does not name one that it cannot read.
fn check_certificates(file: &Path) -> Result<(), S3Error> {
    let text = fs::read(file).map_err(|error| unusable(file, &error))?;
    let has_any = text.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE);
    if has_any { Ok(()) } else { Err(unusable(file, &"there is no certificate in PEM in it")) }
}

fn unusable(file: &Path, cause: &dyn fmt::Display) -> S3Error {
    S3Error(format!("ca_file {}: {cause}", file.display()))
}

impl S3Store {
    /// Asks nobody anything: a store that is away may come back. Blocks, as it reads a file.
    pub fn new(config: &config::Objects) -> Result<Self, S3Error> {
        let settings = &config.s3;
        let endpoint = settings.endpoint.clone().unwrap_or_default();
        let public = config.public_url.clone().unwrap_or_else(|| endpoint.clone());
        let access_key = settings.access_key.as_deref().unwrap_or_default();
        let secret_key = settings.secret_key.as_ref().map(Secret::reveal).unwrap_or_default();
        let ca_file = settings.ca_file.as_deref();
        ca_file.map_or(Ok(()), check_certificates)?;
        let client = |url: &str| {
            let url: BaseUrl = url.parse().map_err(|error| S3Error(format!("{url}: {error}")))?;
            let client = MinioClientBuilder::new(url).provider(Some(StaticProvider::new(access_key, secret_key, None)));
            client.ssl_cert_file(ca_file).build().map_err(|error| match ca_file {
                Some(file) => unusable(file, &error),
                None => S3Error(error.to_string()),
            })
        };
        Ok(Self {
            client: client(&endpoint)?,
            public: client(&public)?,
            endpoint,
            region: Region::new(&settings.region).map_err(|error| S3Error(error.to_string()))?,
            patience: Duration::from_secs(settings.timeout_seconds),
            max_object_bytes: config.max_object_bytes,
        })
    }

    /// What becomes of a request; `None` when the object is not there.
    async fn ask<T>(&self, request: impl Future<Output = Result<T, Failure>>) -> Result<Option<T>, Error> {
        match self.in_time(request).await? {
            Ok(answer) => Ok(Some(answer)),
            Err(failure) if failure::is_no_object(&failure) => Ok(None),
            Err(failure) => Err(failure::error(&failure, &self.endpoint)),
        }
    }

    /// What becomes of requests, if anything does within the time that they have together.
    async fn in_time<T>(&self, requests: impl Future<Output = T>) -> Result<T, Error> {
        timeout(self.patience, requests).await.map_err(|_| {
            let (endpoint, seconds) = (&self.endpoint, self.patience.as_secs());
            Error::unavailable(format!("the store at {endpoint} has not answered within {seconds} s"))
        })
    }

    /// What becomes of a request that is not about an object.
    async fn demand<T>(&self, request: impl Future<Output = Result<T, Failure>>) -> Result<T, Error> {
        let answer = self.ask(request).await?;
        answer.ok_or_else(|| Error::unavailable(format!("the store at {} has lost what it was given", self.endpoint)))
    }

    fn region(&self) -> Option<Region> {
        Some(self.region.clone())
    }

    async fn presign(
        &self,
        method: Method,
        bucket: &BucketName,
        key: &str,
        expiry: u32,
        query: Multimap,
    ) -> Result<String, Error> {
        let signed = async {
            let request = self.public.get_presigned_object_url(bucket.as_str(), key, method)?;
            let request = request.region(self.region()).expiry_seconds(expiry).extra_query_params(query);
            request.build().send().await
        };
        Ok(self.demand(signed).await?.url)
    }

    async fn policy(&self, bucket: &BucketName) -> Result<Found, Error> {
        let found = async {
            let request = self.client.get_bucket_policy(bucket.as_str())?.region(self.region()).build();
            Ok(policy::read(bucket, request.send().await?.config()?))
        };
        self.demand(found).await
    }
}

#[async_trait]
impl ObjectStore for S3Store {
    async fn ensure_bucket(&self, bucket: &BucketName, access: Access) -> Result<(), Error> {
        let created = async {
            let request = self.client.create_bucket(bucket.as_str())?.region(self.region()).build();
            match request.send().await {
                Err(failure) if failure::has_code(&failure, "BucketAlreadyOwnedByYou") => Ok(()),
                // What some keys may not know; whether the bucket is theirs shows below.
                Err(failure) if failure::has_code(&failure, "BucketAlreadyExists") => Ok(()),
                created => created.map(drop),
            }
        };
        let ensured = async {
            self.demand(created).await?;
            match (access, self.policy(bucket).await?) {
                (Access::Private, Found::Nothing) | (Access::PublicRead, Found::PublicRead) => Ok(()),
                (Access::Private, Found::PublicRead) => {
                    let forget = async {
                        self.client.delete_bucket_policy(bucket.as_str())?.region(self.region()).build().send().await
                    };
                    self.demand(forget).await.map(drop)
                }
                (Access::PublicRead, Found::Nothing) => {
                    let set = async {
                        let request = self.client.put_bucket_policy(bucket.as_str())?.region(self.region());
                        request.config(policy::public_read(bucket)).build().send().await
                    };
                    self.demand(set).await.map(drop)
                }
                (Access::Private | Access::PublicRead, Found::Other) => {
                    tracing::info!(%bucket, ?access, "the bucket has a policy of its own, which stays");
                    Ok(())
                }
            }
        };
        self.in_time(ensured).await?
    }

    async fn put(&self, bucket: &BucketName, key: &Key, data: Bytes, media_type: &MediaType) -> Result<Object, Error> {
        let size = data.len() as u64;
        if size > self.max_object_bytes {
            return Err(Error::TooLarge);
        }
        let put = async {
            let request = self.client.put_object_content(bucket.as_str(), key.as_str(), data)?.region(self.region());
            let put = request.content_type(media_type.as_str().to_owned()).build().send().await?;
            Ok(put.etag()?.into_inner())
        };
        let etag = self.demand(put).await?;
        let modified = Timestamp(utc_now().timestamp_millis());
        Ok(Object { key: key.as_str().to_owned(), size, media_type: media_type.as_str().to_owned(), etag, modified })
    }

    async fn get(&self, bucket: &BucketName, key: &Key, most: u64) -> Result<Option<Bytes>, Error> {
        let got = async {
            let request = self.client.get_object(bucket.as_str(), key.as_str())?.region(self.region());
            let found = request.build().send().await?;
            if found.object_size()? > most {
                return Ok(None);
            }
            found.into_bytes().await.map(Some)
        };
        self.ask(got).await?.map_or(Ok(None), |got| got.map(Some).ok_or(Error::TooLarge))
    }

    async fn head(&self, bucket: &BucketName, key: &Key) -> Result<Option<Object>, Error> {
        let found = async {
            let request = self.client.stat_object(bucket.as_str(), key.as_str())?.region(self.region());
            let found = request.build().send().await?;
            let media_type = found.headers().get("content-type").and_then(|value| value.to_str().ok());
            Ok(Object {
                key: key.as_str().to_owned(),
                size: found.size()?,
                media_type: media_type.unwrap_or(MediaType::UNKNOWN).to_owned(),
                etag: found.etag()?.into_inner(),
                modified: Timestamp(found.last_modified()?.map_or(0, |date| date.timestamp_millis())),
            })
        };
        let head = async {
            if let Some(found) = self.ask(found).await? {
                return Ok(Some(found));
            }
            // An answer to HEAD has no body that could say which of the two is missing.
            let bucket = async {
                let request = self.client.bucket_exists(bucket.as_str())?.region(self.region());
                Ok(request.build().send().await?.exists())
            };
            if self.ask(bucket).await? == Some(true) { Ok(None) } else { Err(Error::NoBucket) }
        };
        self.in_time(head).await?
    }

    async fn delete(&self, bucket: &BucketName, key: &Key) -> Result<(), Error> {
        let deleted = async {
            let request = self.client.delete_object(bucket.as_str(), key.as_str())?.region(self.region());
            request.build().send().await
        };
        self.ask(deleted).await.map(drop)
    }

    async fn list(
        &self,
        bucket: &BucketName,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Object>, Error> {
        let page = u16::try_from(limit).unwrap_or(PAGE).clamp(1, PAGE);
        let listed = async {
            let request = self.client.list_objects(bucket.as_str())?.region(self.region()).recursive(true);
            let request = request.prefix(prefix.to_owned()).start_after(after.map(str::to_owned)).max_keys(page);
            let mut pages = request.build().to_stream().await;
            let mut listed = Vec::new();
            while listed.len() < limit
                && let Some(page) = pages.next().await
            {
                listed.extend(page?.contents);
            }
            Ok(listed)
        };
        let listed = self.demand(listed).await?.into_iter().filter(|entry| !entry.is_prefix).take(limit);
        let object = |entry: minio::s3::types::ListEntry| Object {
            key: entry.name,
            size: entry.size.unwrap_or_default(),
            media_type: MediaType::UNKNOWN.to_owned(),
            etag: entry.etag.unwrap_or_default().trim_matches('"').to_owned(),
            modified: Timestamp(entry.last_modified.map_or(0, |date| date.timestamp_millis())),
        };
        Ok(listed.map(object).collect())
    }

    async fn presign_get(&self, bucket: &BucketName, key: &Key, download: &Download) -> Result<String, Error> {
        let mut query = Multimap::new();
        if let Some(name) = &download.file_name {
            query.add("response-content-disposition", disposition(name));
        }
        self.presign(Method::GET, bucket, key.as_str(), download.expiry.seconds(), query).await
    }

    async fn presign_put(&self, bucket: &BucketName, key: &Key, expiry: Expiry) -> Result<String, Error> {
        self.presign(Method::PUT, bucket, key.as_str(), expiry.seconds(), Multimap::new()).await
    }

    async fn presign_post(&self, policy: &FormPolicy) -> Result<Form, Error> {
        let size = policy.size.within(self.max_object_bytes)?;
        let bytes = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let signed = async {
            let expires = utc_now() + Duration::from_secs(policy.expiry.seconds().into());
            let mut conditions = PostPolicy::new(policy.bucket.as_str().try_into()?, expires)?;
            conditions.region = self.region();
            conditions.add_equals_condition("key", policy.key.as_str())?;
            // A field that no condition is about is refused, and clients send this one.
            match &policy.media {
                MediaRule::Any => conditions.add_starts_with_condition("Content-Type", "")?,
                MediaRule::Exactly(only) => conditions.add_equals_condition("Content-Type", only.as_str())?,
                MediaRule::StartsWith(beginning) => conditions.add_starts_with_condition("Content-Type", beginning)?,
            }
            conditions.add_content_length_range_condition(bytes(size.min), bytes(size.max))?;
            self.public.get_presigned_post_form_data(conditions).build().send().await
        };
        let mut fields: Vec<_> = self.demand(signed).await?.into_iter().collect();
        fields.sort();
        fields.insert(0, ("key".to_owned(), policy.key.as_str().to_owned()));
        if let MediaRule::Exactly(only) = &policy.media {
            fields.insert(1, ("Content-Type".to_owned(), only.as_str().to_owned()));
        }
        Ok(Form { url: self.bucket_url(&policy.bucket).await?, fields })
    }

    async fn public_url(&self, bucket: &BucketName, key: &Key) -> Result<String, Error> {
        self.object_url(bucket, key.as_str()).await
    }
}

impl S3Store {
    /// Where an object is, in the way in which this store names buckets.
    async fn object_url(&self, bucket: &BucketName, key: &str) -> Result<String, Error> {
        let mut url = self.presign(Method::GET, bucket, key, 1, Multimap::new()).await?;
        url.truncate(url.find('?').unwrap_or(url.len()));
        Ok(url)
    }

    async fn bucket_url(&self, bucket: &BucketName) -> Result<String, Error> {
        let url = self.object_url(bucket, "x").await?;
        Ok(url.strip_suffix("/x").unwrap_or(&url).to_owned())
    }
}

#[cfg(test)]
mod tests;
