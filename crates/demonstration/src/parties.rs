//! Invented parties. Names of organisations say that they are invented; numbers belong to nobody.

use casework::Identity;

const SURNAMES: &[&str] = &[
    "罗", "贺", "祁", "乔", "阮", "庄", "柯", "翁", "詹", "裘", "蓝", "申屠", "闵", "屈", "邢", "舒", "晏", "车", "房",
    "连",
];
const FIRST: &[&str] = &["砚", "知", "望", "若", "怀", "云", "静", "明", "立", "亦", "书", "景", "修", "敬", "允"];
const SECOND: &[&str] = &["舟", "微", "川", "谷", "远", "起", "姝", "彻", "言", "然", "衡", "岚", "卓"];
const TRADES: &[&str] = &[
    "澄岳建设工程",
    "云槎物流",
    "沐川装饰",
    "栖禾餐饮",
    "岚山商贸",
    "同筑劳务",
    "栎社市政",
    "禾木便利",
    "远汀土石方",
    "青砚广告",
    "望舒房产经纪",
    "砺石建材",
];

/// An invented name.
pub(crate) fn name(n: usize) -> String {
    let (a, b, c) = (n % SURNAMES.len(), n / 3 % FIRST.len(), n / 7 % SECOND.len());
    format!("{}{}{}", SURNAMES[a], FIRST[b], SECOND[c])
}

/// A person, another one for every number.
pub(crate) fn person(n: usize, address: &str) -> Identity {
    Identity {
        person: true,
        name: name(n),
        id_number: Some(format!("31011800000{n:07}")),
        address: Some(address.to_owned()),
        phone: Some(format!("1300{n:07}")),
        representative: None,
    }
}

/// An organisation, another one for every number.
pub(crate) fn unit(n: usize, trade: usize, address: &str) -> Identity {
    Identity {
        person: false,
        name: format!("{}有限公司（虚构{}）", TRADES[trade % TRADES.len()], n + 1),
        id_number: Some(format!("91310118MA{n:08}")),
        address: Some(address.to_owned()),
        phone: Some(format!("021-{n:08}")),
        representative: Some(name(n + 11)),
    }
}
