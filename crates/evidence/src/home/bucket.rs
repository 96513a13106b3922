//! Blobs in a bucket that speaks S3, at `PREFIX/ab/ab12…`. Whoever may write there may change a blob, so what is read as evidence is
//! compared with its address as everywhere.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use rusty_s3::actions::{ListObjectsV2, S3Action};
use rusty_s3::{Bucket, UrlStyle};
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::{Fault, Stored};

/// How long the signature of a request is good.
const SIGNED_FOR: Duration = Duration::from_secs(3600);
/// Every answer to a request has begun by then.
const ANSWERED: Duration = Duration::from_secs(60);

/// Key and secret of a bucket. They are shown nowhere.
#[derive(Clone)]
pub struct Credentials {
    /// Access key.
    pub key: String,
    /// Its secret.
    pub secret: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

/// A bucket.
pub struct S3 {
    bucket: Bucket,
    credentials: rusty_s3::Credentials,
    prefix: String,
    agent: Agent,
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "S3({} {})", self.bucket.name(), self.prefix)
    }
}

impl S3 {
    /// The bucket `name` of the server at `endpoint`, addressed in the path as servers of one's own are. Nothing is asked yet.
    ///
    /// # Errors
    /// The endpoint is no address.
    pub fn new(endpoint: &str, name: &str, region: &str, prefix: &str, credentials: &Credentials) -> Result<S3, Fault> {
        let wrong = || Fault::Bucket(format!("地址不对：{endpoint}"));
        let url = endpoint.parse().map_err(|_| wrong())?;
        let bucket = Bucket::new(url, UrlStyle::Path, name.to_owned(), region.to_owned()).map_err(|_| wrong())?;
        // A bureau's own server has a certificate that the machine trusts, not the world.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(tls)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_per_read(Some(ANSWERED))
            .timeout_per_write(Some(ANSWERED))
            .timeout_recv_response(Some(ANSWERED))
            .build()
            .new_agent();
        let prefix = prefix.trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let credentials = rusty_s3::Credentials::new(&credentials.key, &credentials.secret);
        Ok(S3 { bucket, credentials, prefix, agent })
    }

    /// Does the bucket answer, and does it let us in?
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
        action.with_max_keys(1);
        let response = self.agent.get(action.sign(SIGNED_FOR).as_str()).call().map_err(|e| said(&e))?;
        answered(&response, &[StatusCode::OK])
    }

    fn object(&self, id: &str) -> String {
        format!("{}{}/{id}", self.prefix, &id[..2])
    }

    pub(super) fn place(&self, files: &[(&Path, &Stored)]) -> Result<(), Fault> {
        for (path, stored) in files {
            let url = self.bucket.put_object(Some(&self.credentials), &self.object(&stored.id)).sign(SIGNED_FOR);
            let file = File::open(path)?;
            let response = self
                .agent
                .put(url.as_str())
                .header("content-length", stored.bytes.to_string())
                .header("content-type", "application/octet-stream")
                .send(&file)
                .map_err(|e| said(&e))?;
            answered(&response, &[StatusCode::OK])?;
            // A server that took less than all of it is found out now, not when the file is wanted.
            if self.size(&stored.id)? != Some(stored.bytes) {
                return Err(Fault::Bucket("存下的大小不对".into()));
            }
            fs::remove_file(path)?;
        }
        Ok(())
    }

    pub(super) fn reader(&self, id: &str, from: u64) -> Result<Box<dyn Read + Send>, Fault> {
        let url = self.bucket.get_object(Some(&self.credentials), &self.object(id)).sign(SIGNED_FOR);
        let mut request = self.agent.get(url.as_str());
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        let response = request.call().map_err(|e| said(&e))?;
        match response.status() {
            StatusCode::NOT_FOUND => return Err(Fault::Missing(id.into())),
            StatusCode::RANGE_NOT_SATISFIABLE => return Ok(Box::new(io::empty())),
            _ => answered(&response, &[if from > 0 { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK }])?,
        }
        let reader = response.into_body().into_with_config().limit(u64::MAX).reader();
        Ok(Box::new(reader))
    }

    pub(super) fn size(&self, id: &str) -> Result<Option<u64>, Fault> {
        let url = self.bucket.head_object(Some(&self.credentials), &self.object(id)).sign(SIGNED_FOR);
        let response = self.agent.head(url.as_str()).call().map_err(|e| said(&e))?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        answered(&response, &[StatusCode::OK])?;
        let length = response.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse().ok());
        length.map(Some).ok_or_else(|| Fault::Bucket("没有说明文件大小".into()))
    }

    pub(super) fn list(&self) -> Result<Vec<String>, Fault> {
        let (mut all, mut next): (Vec<String>, Option<String>) = (Vec::new(), None);
        loop {
            let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
            action.with_prefix(self.prefix.clone());
            if let Some(token) = &next {
                action.with_continuation_token(token.clone());
            }
            let mut response = self.agent.get(action.sign(SIGNED_FOR).as_str()).call().map_err(|e| said(&e))?;
            answered(&response, &[StatusCode::OK])?;
            let text = response.body_mut().read_to_string().map_err(|e| said(&e))?;
            let page = ListObjectsV2::parse_response(&text).map_err(|e| Fault::Bucket(e.to_string()))?;
            all.extend(page.contents.iter().filter_map(|o| Some(o.key.rsplit_once('/')?.1.to_owned())));
            next = page.next_continuation_token;
            if next.is_none() {
                break;
            }
        }
        all.sort();
        Ok(all)
    }
}

/// What went wrong on the way. The address of a request carries its signature and is never said.
fn said(error: &ureq::Error) -> Fault {
    let what = match error {
        ureq::Error::Io(e) => e.to_string(),
        ureq::Error::Timeout(_) => "没有及时回答".into(),
        ureq::Error::HostNotFound => "找不到主机".into(),
        ureq::Error::ConnectionFailed => "连接不上".into(),
        ureq::Error::Tls(what) => (*what).to_owned(),
        ureq::Error::Rustls(e) => e.to_string(),
        _ => "请求没有完成".into(),
    };
    Fault::Bucket(what)
}

fn answered(response: &Response<Body>, wanted: &[StatusCode]) -> Result<(), Fault> {
    if wanted.contains(&response.status()) {
        return Ok(());
    }
    let what = match response.status() {
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "不准许访问，请核对密钥和存储桶的授权".to_owned(),
        StatusCode::NOT_FOUND => "没有这个存储桶".to_owned(),
        other => format!("答复 {}", other.as_u16()),
    };
    Err(Fault::Bucket(what))
}
