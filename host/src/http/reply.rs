//! What a client is told: the plugin's answer, or why there is none. Nothing of what went wrong inside goes out.

use std::{
    convert::Infallible,
    net::IpAddr,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CONNECTION, CONTENT_LENGTH, PROXY_AUTHENTICATE, RETRY_AFTER, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
            WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::turns::Turn;
use crate::dispatch::{HttpResponse, RouteError};

/// What is between the server and the client.
const OURS: [HeaderName; 8] =
    [CONNECTION, CONTENT_LENGTH, PROXY_AUTHENTICATE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, KEEP_ALIVE];
const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// Why the plugin was not asked, or did not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// No such plugin, or nobody may come there by this door.
    NotFound,
    /// The user has to log in.
    Unauthorized,
    TooManyLogins,
    HeadersTooLarge,
    BodyTooLarge,
    BodyLate,
    /// The body broke off.
    BadBody,
    /// This client has much under way.
    TooMany,
    /// Too much to do.
    Busy,
    Plugin(RouteError),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "there is nothing here"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "log in with your user id and your password"),
            Self::TooManyLogins => (StatusCode::TOO_MANY_REQUESTS, "too many requests with passwords; slow down"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too many requests under way; wait for their answers"),
            Self::HeadersTooLarge => (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too large"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            Self::BodyLate => (StatusCode::REQUEST_TIMEOUT, "the body took too long"),
            Self::BadBody => (StatusCode::BAD_REQUEST, "the body broke off"),
            Self::Busy | Self::Plugin(RouteError::Unavailable) => {
                (StatusCode::SERVICE_UNAVAILABLE, "not available now; try again later")
            }
            Self::Plugin(RouteError::Failed) => (StatusCode::BAD_GATEWAY, "the plugin failed"),
            Self::Plugin(RouteError::Late) => (StatusCode::GATEWAY_TIMEOUT, "the plugin took too long"),
        };
        let mut response = (status, text).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Unauthorized => {
                headers
                    .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"talaria\", charset=\"UTF-8\""));
            }
            Self::TooManyLogins | Self::TooMany | Self::Busy | Self::Plugin(RouteError::Unavailable) => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::NotFound
            | Self::HeadersTooLarge
            | Self::BodyTooLarge
            | Self::BodyLate
            | Self::BadBody
            | Self::Plugin(RouteError::Failed | RouteError::Late) => {}
        }
        response
    }
}

/// The plugin's answer as it goes out, on the turn of its request; `None` when it makes no sense.
pub(super) fn response(answer: HttpResponse, turn: Turn<IpAddr>) -> Option<Response> {
    let status = StatusCode::from_u16(answer.status).ok().filter(|status| !status.is_informational())?;
    let mut headers = HeaderMap::new();
    // A browser is not to guess a type that the plugin did not say.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, value) in answer.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if !OURS.contains(&name) {
            headers.append(name, HeaderValue::from_maybe_shared(value).ok()?);
        }
    }
    let mut response = Response::new(Body::new(Held { left: answer.body, _turn: turn }));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Some(response)
}

/// A body that is given up piece by piece as it is sent. What is left counts as a request under way: a client that
/// reads slowly holds what the plugin has answered.
struct Held {
    left: Bytes,
    _turn: Turn<IpAddr>,
}

/// Bytes of a piece; the connection holds a few of them besides.
const PIECE: usize = 16 * 1024;

impl hyper::body::Body for Held {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.left.len().min(PIECE);
        Poll::Ready((length > 0).then(|| Ok(Frame::data(self.left.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, sync::Arc};

    use futures_util::StreamExt as _;

    use super::{super::turns::Turns, *};

    fn turn(turns: &Arc<Turns<IpAddr>>) -> Turn<IpAddr> {
        turns.take(Ipv4Addr::LOCALHOST.into()).unwrap()
    }

    fn answer(status: u16, headers: &[(&str, &str)]) -> Option<Response> {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), Bytes::copy_from_slice(value.as_bytes()));
        let answer = HttpResponse { status, headers: headers.iter().map(header).collect(), body: Bytes::new() };
        response(answer, turn(&Turns::new(1, 1)))
    }

    #[test]
    fn a_plugin_does_not_say_how_long_its_body_is() {
        let sent = answer(201, &[("Content-Length", "7"), ("Transfer-Encoding", "chunked"), ("X-A", "b")]).unwrap();
        assert_eq!((sent.status().as_u16(), sent.headers().len()), (201, 2));
        assert_eq!(sent.headers()["x-a"], "b");
    }

    #[tokio::test]
    async fn an_answer_is_under_way_until_it_is_taken() {
        let turns = Turns::new(1, 1);
        let answer = HttpResponse { status: 200, headers: Vec::new(), body: Bytes::from(vec![7; 2 * PIECE + 1]) };
        let mut body = response(answer, turn(&turns)).unwrap().into_body().into_data_stream();
        let mut sizes = Vec::new();
        while let Some(piece) = body.next().await {
            assert!(turns.take(Ipv4Addr::LOCALHOST.into()).is_err());
            sizes.push(piece.unwrap().len());
        }
        assert_eq!(sizes, [PIECE, PIECE, 1]);
        drop(body);
        assert!(turns.take(Ipv4Addr::LOCALHOST.into()).is_ok());
    }

    #[test]
    fn an_answer_that_makes_no_sense_is_none() {
        assert!(answer(0, &[]).is_none() && answer(99, &[]).is_none() && answer(101, &[]).is_none());
        assert!(answer(200, &[("a b", "c")]).is_none());
        assert!(answer(200, &[("a", "b\r\nc: d")]).is_none());
    }
}
