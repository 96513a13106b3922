//! Where a request comes from, also behind a proxy of our own.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Extension;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::App;

/// The address tries are counted by: of the client, or of the network it can choose its address in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) String);

impl FromRequestParts<Arc<App>> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Peer, Infallible> {
        let direct = Option::<Extension<ConnectInfo<SocketAddr>>>::from_request_parts(parts, app).await;
        let direct = direct.ok().flatten().map(|Extension(ConnectInfo(address))| address.ip());
        Ok(Peer(client(direct, &parts.headers, &app.proxies).map_or_else(|| "unknown".into(), network)))
    }
}

/// The last address that no proxy of ours added. What stands before it was written by the client and may be made up.
fn client(direct: Option<IpAddr>, headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let mut at = direct?.to_canonical();
    let forwarded =
        headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(",");
    for hop in forwarded.rsplit(',') {
        if !proxies.contains(&at) {
            break;
        }
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        at = address.to_canonical();
    }
    Some(at)
}

/// One household or office has a whole IPv6 network of 64 bits to choose addresses from.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(direct: &str, forwarded: &str) -> String {
        let mut headers = HeaderMap::new();
        if !forwarded.is_empty() {
            headers.insert("x-forwarded-for", forwarded.parse().expect("a header"));
        }
        let proxies = ["127.0.0.1".parse().expect("an address"), "10.0.0.2".parse().expect("an address")];
        client(direct.parse().ok(), &headers, &proxies).map_or_else(|| "unknown".into(), network)
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(of("203.0.113.9", ""), "203.0.113.9");
        assert_eq!(of("203.0.113.9", "198.51.100.1"), "203.0.113.9", "a client that is no proxy of ours");
        assert_eq!(of("127.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(of("127.0.0.1", "1.1.1.1, 198.51.100.1"), "198.51.100.1", "the client wrote the first itself");
        assert_eq!(of("127.0.0.1", "198.51.100.1, 10.0.0.2"), "198.51.100.1", "two proxies of ours");
        assert_eq!(of("127.0.0.1", "not an address"), "127.0.0.1");
        assert_eq!(of("", ""), "unknown");
    }

    #[test]
    fn a_network_counts_as_one() {
        assert_eq!(of("2001:db8:1:2:3:4:5:6", ""), "2001:db8:1:2::/64");
        assert_eq!(of("::ffff:203.0.113.9", ""), "203.0.113.9");
    }
}
