//! How people shorten the names of places.

/// Ends of names that people leave out.
const ENDS: &[&str] = &[
    "社区卫生服务中心",
    "社区卫生服务站",
    "标准化菜市场",
    "农贸市场",
    "集贸市场",
    "标准化菜场",
    "花鸟市场",
    "批发市场",
    "便民服务中心",
    "邻里中心",
    "商业街",
    "生活馆",
    "公交枢纽站",
    "公交首末站",
    "汽车站",
    "实验学校",
    "道路改建工地",
    "安置房工地",
    "商办地块",
    "旧改地块",
    "卫生院",
    "购物中心",
    "产业园区",
    "工业园区",
    "建设项目",
    "居民委员会",
    "菜市场",
    "居委会",
    "村委会",
    "幼儿园",
    "工业园",
    "产业园",
    "科技园",
    "生活广场",
    "商业广场",
    "公交站",
    "地铁站",
    "小区",
    "花园",
    "新村",
    "公寓",
    "名邸",
    "家园",
    "市场",
    "菜场",
    "小学",
    "中学",
    "学校",
    "医院",
    "诊所",
    "公园",
    "绿地",
    "广场",
    "商场",
    "大厦",
    "工地",
    "项目",
    "饭店",
    "餐馆",
    "超市",
    "一期",
    "二期",
    "三期",
    "村",
    "站",
    "苑",
    "庭",
    "府",
    "店",
    "雅苑",
    "雅庭",
    "馄饨店",
    "面馆",
    "烧烤",
    "包子铺",
    "便利店",
    "修车铺",
    "五金",
    "小游园",
    "口袋公园",
    "绿廊",
    "居",
    "桥",
    "街",
    "大道",
    "公路",
    "浜",
    "泾",
    "港",
    "塘",
];
/// Short forms that are ordinary words, or parts of the city everyone names.
const ORDINARY: &[&str] = &[
    "人民", "中心", "社区", "新城", "老街", "农贸", "商业", "生活", "文化", "体育", "公共", "实验", "第一", "中山",
    "上海", "青浦", "物流", "花园", "便民", "城市",
];

/// Short forms of a name: without its end, or its first two or three characters, when that is no ordinary word.
pub(crate) fn shorts(name: &str) -> Vec<String> {
    let mut shorts: Vec<String> = ENDS.iter().filter_map(|end| name.strip_suffix(end)).map(str::to_owned).collect();
    let chars: Vec<char> = name.chars().collect();
    for length in [2, 3] {
        if chars.len() >= length + 2 {
            shorts.push(chars[..length].iter().collect());
        }
    }
    shorts.retain(|short| short.chars().count() >= 2 && !ordinary(short));
    shorts.sort();
    shorts.dedup();
    shorts
}

/// Whether a short form is an ordinary word: one of the list, or one that the sentences of the model use.
fn ordinary(short: &str) -> bool {
    static PAIRS: std::sync::OnceLock<std::collections::HashSet<[char; 2]>> = std::sync::OnceLock::new();
    let pairs = PAIRS.get_or_init(|| {
        let texts = crate::data::sentences().unwrap_or_default();
        texts
            .iter()
            .flat_map(|core| core.text.chars().collect::<Vec<_>>().windows(2).map(|w| [w[0], w[1]]).collect::<Vec<_>>())
            .collect()
    });
    let chars: Vec<char> = short.chars().collect();
    ORDINARY.contains(&short) || (chars.len() == 2 && pairs.contains(&[chars[0], chars[1]]))
}
