//! Tables to take away hold the whole list and nothing that runs.

use office::sheet;
use report::{Export, indicators};
use serde_json::json;

use crate::contents::everything;
use crate::world::{on_each, report_day};

#[test]
fn both_forms_hold_every_record_of_every_list() {
    on_each(async |world| {
        world.seed(everything()).await;
        world
            .ledger
            .read(|tx| {
                for indicator in indicators() {
                    let id = indicator.id.as_str();
                    let list = report::list(tx, id, &report_day(), None, 1000)?.unwrap();
                    let book = report::xlsx(tx, id, &report_day()).unwrap();
                    assert_eq!(book, report::xlsx(tx, id, &report_day()).unwrap(), "{id}: the same bytes");
                    for bytes in [book, report::csv(tx, id, &report_day()).unwrap()] {
                        let table = sheet::read(&bytes).unwrap();
                        assert_eq!(table.columns.len(), indicator.columns.len(), "{id}");
                        assert_eq!(table.rows.len(), list.records.len(), "{id}");
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
    });
}

#[test]
fn money_and_texts_read_back() {
    on_each(async |world| {
        world.seed(everything()).await;
        world
            .seed(vec![(
                "tickets",
                json!({ "id": 900, "source": "test", "order_no": "=1+1", "channel": "wechat", "received": "2024-05-05", "title": "说\"占道\",\n第二行" }),
            )])
            .await;
        world
            .ledger
            .read(|tx| {
                let fines = sheet::read(&report::csv(tx, "case.fines_decided", &report_day()).unwrap()).unwrap();
                let amounts: Vec<&str> = fines.rows.iter().filter_map(|r| r.get(&["决定罚款（元）"])).collect();
                assert_eq!(amounts, ["10000.00", "50.00", "1000.50", "2000.00", "20000.00"]);
                let wechat = sheet::read(&report::csv(tx, "ticket.wechat", &report_day()).unwrap()).unwrap();
                assert_eq!(wechat.rows[0].get(&["工单编号"]), Some("'=1+1"));
                assert_eq!(wechat.rows[0].get(&["内容"]), Some("说\"占道\",\n第二行"));
                let wechat = sheet::read(&report::xlsx(tx, "ticket.wechat", &report_day()).unwrap()).unwrap();
                assert_eq!(wechat.rows[0].get(&["工单编号"]), Some("=1+1"), "a text cell is no formula");
                let unknown = report::csv(tx, "no.such", &report_day()).unwrap_err();
                assert!(matches!(unknown, Export::Unknown));
                assert!(unknown.to_string().contains("没有这项指标"));
                Ok(())
            })
            .await
            .unwrap();
    });
}
