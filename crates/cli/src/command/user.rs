//! `xiezhi user`: an account for a person, or a new password.

use clap::Args;
use office::account;

use crate::Place;
use crate::bureau::Bureau;
use crate::clock::day_of;
use crate::command::fault;
use crate::command::init::password;

/// Options of `user`.
#[derive(Args)]
pub(crate) struct User {
    /// 账号
    login: String,
    /// 人员的姓名或者编号；新建账号时必须给出
    #[arg(long)]
    person: Option<String>,
}

impl User {
    /// Makes the account or gives it a new password, shown once.
    pub(crate) fn run(&self, place: &Place) -> Result<(), String> {
        let bureau = Bureau::open(place)?;
        let password = password()?;
        let hash = account::hash(&password).map_err(|e| e.to_string())?;
        let (login, today) = (self.login.clone(), day_of((bureau.clock)()));
        let wanted = self.person.as_deref().map(|text| number_of(&bureau, text)).transpose()?;
        let person = bureau
            .ledger
            .act_blocking(move |tx| {
                let person = match wanted {
                    Some(person) => Some(person),
                    None => account::person_of(tx, &login)?,
                };
                if let Some(person) = person {
                    account::set(tx, "user", today, &login, person, &hash)?;
                }
                Ok(person)
            })
            .map_err(fault)?;
        let person =
            person.ok_or_else(|| format!("没有账号“{}”。新建的，请用 --person 给出人员的姓名或者编号", self.login))?;
        println!("账号 {}（人员 {person}），密码 {password}。密码只显示这一次。", self.login);
        Ok(())
    }
}

/// The person of this number, or the only one of this name.
fn number_of(bureau: &Bureau, text: &str) -> Result<u32, String> {
    let persons = bureau.ledger.read_blocking(|tx| office::read::persons(tx, None, 100_000)).map_err(fault)?;
    let named: Vec<_> = persons.iter().filter(|p| p.name == text || p.id.to_string() == text).collect();
    match named.as_slice() {
        [] => Err(format!("没有“{text}”这个人，请先导入人员")),
        [one] => Ok(one.id),
        many => {
            let list: Vec<String> = many.iter().map(|p| format!("{}（{} {}）", p.id, p.unit, p.post)).collect();
            Err(format!("有 {} 个“{text}”，请用编号：{}", many.len(), list.join("、")))
        }
    }
}
