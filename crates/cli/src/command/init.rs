//! `xiezhi init`: a real bureau with an empty power list, keys and one administrator.

use clap::Args;
use office::change::{Change, NewPerson, next_person, record, record_person};
use office::{Role, account};

use crate::Place;
use crate::bureau::{Bureau, make_key};
use crate::clock::day_of;
use crate::command::fault;
use crate::config::Config;

/// Options of `init`.
#[derive(Args)]
pub(crate) struct Init {
    /// 单位全称
    #[arg(long)]
    name: String,
    /// 单位代号，小写字母和数字，以后不能改
    #[arg(long)]
    bureau: String,
    /// 网站地址，印在文书二维码里
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    address: String,
    /// 文书字号开头，如 沪青城管
    #[arg(long)]
    short: String,
    /// 复议机关
    #[arg(long)]
    review_authority: String,
    /// 管辖法院
    #[arg(long)]
    court: String,
    /// 代收罚款的银行，如“示例银行青浦支行 罚没收入专户，地址：示例路 1 号”；罚款文书必须载明
    #[arg(long, default_value = "")]
    bank: String,
    /// 管理员账号
    #[arg(long, default_value = "admin")]
    login: String,
    /// 管理员姓名
    #[arg(long)]
    person: String,
}

impl Init {
    /// Makes the bureau; refuses a folder that has one.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        if Config::file(&place.data).exists() {
            return Err(format!("{} 里已经有单位，没有改动任何内容", place.data.display()));
        }
        if self.bureau.is_empty() || !self.bureau.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            return Err("单位代号只能用小写字母和数字".into());
        }
        std::fs::create_dir_all(&place.data).map_err(|e| format!("{}：{e}", place.data.display()))?;
        make_key(&place.data)?;
        Config {
            bureau: self.bureau.clone(),
            address: self.address.clone(),
            listen: "127.0.0.1:8080".into(),
            proxies: Vec::new(),
            fonts: None,
            evidence: None,
            seal: None,
            ofd: None,
            outbox: Default::default(),
            platforms: Default::default(),
        }
        .write(&place.data)?;
        let bureau = Bureau::open(place)?;
        let password = password()?;
        let hash = account::hash(&password).map_err(|e| e.to_string())?;
        let today = day_of((bureau.clock)());
        let (name, short, login, person) =
            (self.name.clone(), self.short.clone(), self.login.clone(), self.person.clone());
        let (review_authority, court, bank) = (self.review_authority.clone(), self.court.clone(), self.bank.clone());
        bureau
            .ledger
            .act_blocking(move |tx| {
                let change = Change::Bureau {
                    name: name.clone(),
                    short: name.clone(),
                    place: short.clone(),
                    review_authority: review_authority.clone(),
                    court: court.clone(),
                    demonstration: false,
                };
                record(tx, "init", today, &change)?;
                let organ = Change::Organ {
                    id: "bureau".into(),
                    name: name.clone(),
                    seal: name.clone(),
                    kind: "bureau".into(),
                    short: short.clone(),
                    bank: bank.clone(),
                    address: String::new(),
                    phone: String::new(),
                };
                record(tx, "init", today, &organ)?;
                let unit = Change::Unit {
                    id: "office".into(),
                    organ: "bureau".into(),
                    name: "办公室".into(),
                    kind: "department".into(),
                };
                record(tx, "init", today, &unit)?;
                let id = next_person(tx)?;
                let post = "系统管理员".into();
                record_person(
                    tx,
                    "init",
                    today,
                    &NewPerson { id, name: person.clone(), phone: None, unit: "office".into(), post, active: true },
                )?;
                let role = Change::Role {
                    person: id,
                    role: Role::SystemAdministrator,
                    organ: "bureau".into(),
                    from: today,
                    to: None,
                };
                record(tx, "init", today, &role)?;
                account::set(tx, "init", today, &login, id, &hash)
            })
            .map_err(fault)?;
        println!("已建立：{}（{}）", self.name, place.data.display());
        println!("管理员账号 {}，密码 {password}。密码只显示这一次，请登录后妥善保管。", self.login);
        if self.bank.is_empty() {
            println!("没有写明代收罚款的银行和地址（--bank）：当场罚款的决定书因此不能制作。");
        }
        println!("权责清单为空：逐项录入并由法制人员确认以前，不能作出处罚决定。");
        Ok(())
    }
}

/// Sixteen random characters.
pub(crate) fn password() -> Result<String, String> {
    const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzA";
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes.iter().map(|b| LETTERS[usize::from(b % 32)] as char).collect())
}
