//! The other bodies whose business a complaint may be, by the keys of the model.

/// Key and name.
pub(crate) const ALL: &[(&str, &str)] = &[
    ("police", "公安部门"),
    ("market", "市场监管部门"),
    ("ecology", "生态环境部门"),
    ("housing", "房屋管理部门"),
    ("greening", "绿化市容部门"),
    ("water", "水务部门"),
    ("transport", "交通部门"),
    ("fire", "消防救援机构"),
    ("health", "卫生健康部门"),
    ("culture", "文化旅游部门"),
    ("labor", "人力资源社会保障部门"),
    ("civil", "民政部门"),
    ("telecom", "通信、电力等公用单位"),
    ("property", "物业服务企业"),
];

/// The name of a body; the key itself where it is none of ours.
pub(crate) fn name(key: &str) -> &str {
    ALL.iter().find(|(known, _)| *known == key).map_or(key, |(_, name)| name)
}
