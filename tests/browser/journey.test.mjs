// One complaint, one case, one decision, one figure: from a hotline's sheet to the public list and the report, in a real browser.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Site, act, openBrowser, signIn } from "./site.mjs";

const site = new Site();
let browser;
let reportBefore;

before(async () => {
  site.fill("2024-03-25");
  reportBefore = site.run("report", "2024");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await site.remove();
});

/** Two complaints as the hotline writes them, and one row that is wrong. */
const SHEET = `工单编号,来源,工单类型,诉求内容,地址,联系人,联系电话,收单时间
SH20240325001,12345市民服务热线,举报,工地没有处置证就往外拉渣土，每晚十点以后十几车，路面全是泥。,徐泾镇明珠路在建工地,罗女士,13800001111,2024-03-25 08:26
SH20240325002,12345市民服务热线,投诉,菜场门口每天有人摆摊占道。,徐泾镇徐民路,贺先生,13800002222,2024-03-25 09:10
SH20240325003,12345市民服务热线,投诉,,徐泾镇徐民路,,,2024-03-25 09:12
`;

async function published(page) {
  await page.goto(`${site.url}/office/report/2024?until=2024-12-31`);
  const text = await page.locator('a[href*="case.ordinary_published"]').first().innerText();
  return Number(text.replace(/[^\d]/g, ""));
}

test("a complaint becomes a published decision and a figure that opens it", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const problems = [];
  page.on("pageerror", (e) => problems.push(String(e)));
  page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && problems.push(m.text()));

  // The desk imports the sheet: one row is bad, and is named.
  await site.serve("2024-03-25");
  await signIn(page, site, "诉求专员");
  const file = join(site.folder, "hotline.csv");
  writeFileSync(file, SHEET);
  await page.goto(`${site.url}/office/tickets/import`);
  await page.locator('input[type="file"]').setInputFiles(file);
  await page.locator("main form button.btn-p").click();
  await page.waitForLoadState();
  const preview = await page.locator("main").innerText();
  assert.match(preview, /4/);
  assert.match(preview, /诉求内容/);
  await page.getByRole("button", { name: /跳过/ }).click();
  await page.waitForLoadState();
  await page.goto(`${site.url}/office/tickets`);
  await page.getByRole("link", { name: /渣土/ }).first().click();
  await page.waitForLoadState();
  const ticket = page.url();
  const shown = await page.locator("main").innerText();
  assert.match(shown, /138\*{4}1111/);
  assert.ok(!shown.includes("13800001111"), "the telephone is masked");
  await page.getByLabel(/徐泾镇综合行政执法队/).check();
  await page.getByRole("button", { name: /受理并分派/ }).click();
  await page.waitForLoadState();

  // An officer of the squad leads it to a case.
  const officer = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
  const field = await officer.newPage();
  field.setDefaultTimeout(8000);
  await signIn(field, site, site.logins.find((l) => l.login.startsWith("xujing-") && l.who.includes("执法队员")).login);
  const before = JSON.parse(reportBefore).figures.find((f) => f.id === "case.ordinary_published").value;
  await field.goto(ticket);
  await field.locator("details#lead").evaluate((e) => (e.open = true));
  const lead = field.locator("details#lead form");
  await lead.locator('[name="matter"]').selectOption("C01");
  await lead.locator('[name="conduct_day"]').fill("2024-03-24");
  await lead.locator('[name="place"]').fill("徐泾镇明珠路在建工地");
  await lead.locator('[name="summary"]').fill("工地未取得建筑垃圾处置证，夜间外运渣土。");
  await lead.locator('[name="party_kind"]').selectOption("unit");
  await lead.locator('[name="party_name"]').fill("上海澄岳建设工程有限公司（虚构）");
  await lead.locator('[name="party_id_number"]').fill("91310118MA00000001");
  await lead.locator('[name="party_address"]').fill("青浦区徐泾镇明珠路 88 号（示例）");
  for (const name of ["team1", "team2"]) {
    const index = name === "team1" ? 1 : 2;
    await lead.locator(`[name="${name}"]`).selectOption({ index });
  }
  await lead.getByRole("button", { name: "登记为案件线索" }).click();
  await field.waitForURL(/\/office\/cases\/\d+/);
  const id = Number(field.url().match(/cases\/(\d+)/)[1]);
  const done = async (kind, on, fields) => assert.equal(await act(field, site, id, kind, on, fields), null, kind);

  // What the head decides, the head does: another may not sign in the head's name.
  const chief = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  chief.setDefaultTimeout(8000);
  const chiefName = site.logins.find((l) => l.login === "xujing-head").who.split(" ").pop();
  await signIn(chief, site, "xujing-head");
  // The squad's leader signs first. The chain is the organ's: the officer submits, each signs where it is their turn.
  const leader = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  leader.setDefaultTimeout(8000);
  await signIn(leader, site, "xujing-squad-leader");
  const approved = async (kind, on, fields) => {
    assert.equal(await act(field, site, id, kind, on, fields), null, kind);
    const at = new URL(field.url()).pathname;
    assert.match(at, /^\/office\/approvals\/\d+$/);
    // Before the leader has signed, the head cannot.
    await chief.goto(site.url + at);
    assert.equal(await chief.getByRole("button", { name: "同意" }).count(), 0);
    await field.goto(`${site.url}/office/cases/${id}`);
    assert.match(await field.locator("main").innerText(), /审批中：.+，待中队长/);
    await leader.goto(`${site.url}/office`);
    assert.match(await leader.locator("main").innerText(), /待我审批/);
    for (const page of [leader, chief]) {
      await page.goto(site.url + at);
      await page.getByRole("button", { name: "同意" }).click();
      await page.waitForLoadState();
      assert.equal(await page.locator("#errors").count(), 0, kind);
    }
    assert.match(chief.url(), new RegExp(`/office/cases/${id}#act-\\d+$`));
  };

  await done("ClueVerified", "case", { outcome: "应当立案", finding: "现场核查，工地无处置证。" });
  const filing = { grounds: "有初步证据，属于本机关管辖。", harm: "否" };
  await approved("Filing", "case", filing);
  await done("SceneRecorded", "case", { place: "徐泾镇明珠路在建工地", certificate_shown: "是", record: "门口停有渣土车两辆，未见处置证。", signature: "签字确认", recording: "是" });
  await done("InterviewRecorded", "case", { role: "当事人", certificate_shown: "是", rights_told: "是", record: "负责人承认没有办理处置证。", signature: "签字确认" });
  await done("OrderedToCorrect", "party-0", { requirement: "立即停止外运，补办处置证", until: "2024-03-26" });
  const order = await lastAct(field, id);
  await done("Served", `document-${order}`, { way: "直接送达", receipt: "是" });
  await done("CorrectionChecked", `document-${order}`, { corrected: "是", finding: "已停止外运。" });
  await done("EvidenceVerified", "case", { result: "查证属实", reason: "来源合法。" });
  await done("FinalReport", "case", { facts: "当事人未取得建筑垃圾处置证，外运渣土两车。", outcome: "给予处罚", reason: "依照规定，按一般档处理。", complex: "否", corrected: "是" });

  // Deciding now is refused: rule, article and cure are named, and the refusal is kept.
  const refused = await act(chief, site, id, "PenaltyDecided", "party-0", { ...decision(), head: chiefName });
  assert.match(refused, /依法不能办理/);
  assert.match(refused, /处罚法/);
  assert.match(refused, /请先办理“事先告知”/);

  await done("PriorNotice", "party-0", { conducts: ["2024-03-24"], sorts: ["罚款"], fine: "20,000元", hearing_right: "否", lightening: "无" });
  const notice = await lastAct(field, id);
  await done("Served", `document-${notice}`, { way: "直接送达", receipt: "是" });
  const early = await act(chief, site, id, "PenaltyDecided", "party-0", { ...decision(), head: chiefName });
  assert.match(early, /2024|4 ?月/, "the refusal says from which day on");

  // Six working days later (Qingming lies between) the window is over.
  await site.serve("2024-04-08");
  await signIn(field, site, site.logins.find((l) => l.login.startsWith("xujing-") && l.who.includes("执法队员")).login);
  await signIn(chief, site, "xujing-head");
  await signIn(leader, site, "xujing-squad-leader");
  await approved("PenaltyDecided", "party-0", decision());
  const decided = await lastAct(field, id);
  await done("Served", `document-${decided}`, { way: "直接送达", receipt: "是" });
  await done("Published", `document-${decided}`, { platform: "区政府网站" });

  // Its document opens as a PDF.
  await field.goto(`${site.url}/office/cases/${id}`);
  const document = await field.locator(".docs a", { hasText: "行政处罚决定书" }).getAttribute("href");
  const pdf = await officer.request.get(`${site.url}${document}?pdf=1`);
  assert.equal(pdf.status(), 200);
  assert.equal(pdf.headers()["content-type"], "application/pdf");
  assert.equal((await pdf.body()).subarray(0, 4).toString(), "%PDF");
  const code = document.split("/").pop();

  // The public sees the decision and can verify the paper; nobody signed in.
  const anyone = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const citizen = await anyone.newPage();
  await citizen.goto(`${site.url}/decisions`);
  assert.match(await citizen.locator("main").innerText(), /上海澄岳建设工程有限公司/);
  await citizen.goto(`${site.url}/v/${code}`);
  assert.match(await citizen.locator("main").innerText(), /真的/);
  assert.ok(!(await citizen.content()).includes("13800001111"));

  // The report's figure has risen by one and opens the case.
  const head = await browser.newContext({ locale: "zh-CN" });
  const reader = await head.newPage();
  await signIn(reader, site, "法制审核人员");
  assert.equal(await published(reader), before + 1);
  await reader.locator('a[href*="case.ordinary_published"]').first().click();
  await reader.waitForLoadState();
  assert.match(await reader.locator("main").innerText(), /上海澄岳建设工程有限公司/);
  // On paper it is one PDF, the same every time.
  const onPaper = async () => (await head.request.get(`${site.url}/office/report/2024?until=2024-12-31&format=pdf`)).body();
  const paper = await onPaper();
  assert.equal(paper.subarray(0, 4).toString(), "%PDF");
  assert.ok(paper.equals(await onPaper()));
  // Lists are taken away with what they show, and with no telephone number of whoever complained.
  const taken = async (of, path) => {
    const answer = await of.request.get(site.url + path);
    assert.equal(answer.status(), 200, path);
    assert.match(answer.headers()["content-disposition"], /^attachment/, path);
    return answer.body();
  };
  assert.match((await taken(officer, "/office/cases?state=open&format=csv")).toString(), /上海澄岳建设工程有限公司/);
  assert.ok(!(await taken(officer, "/office/cases?state=closed&format=csv")).toString().includes("上海澄岳建设工程有限公司"));
  assert.equal((await taken(officer, "/office/cases?format=xlsx")).subarray(0, 2).toString(), "PK");
  assert.match((await taken(anyone, "/decisions?format=csv")).toString(), /上海澄岳建设工程有限公司/);
  await signIn(page, site, "诉求专员");
  const complaints = (await taken(context, "/office/tickets/export?format=csv")).toString();
  assert.ok(complaints.includes("SH20240325001") && !complaints.includes("1380000"));

  // Who asks for the number says why, and the audit administrator reads it; nobody else does.
  await page.goto(ticket.replace(/^http:\/\/[^/]+/, site.url));
  await page.locator("summary", { hasText: "查看号码" }).click();
  await page.locator('input[name="reason"]').fill("约到场时间");
  await page.getByRole("button", { name: "查看号码" }).click();
  await page.waitForLoadState();
  assert.match(await page.locator("main").innerText(), /13800001111/);
  assert.equal((await page.goto(`${site.url}/office/lookups`)).status(), 403);
  const audit = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await signIn(audit, site, "qp-audit-administrator");
  await audit.getByRole("link", { name: "查阅电话" }).click();
  await audit.waitForLoadState();
  const asked = await audit.locator("main").innerText();
  assert.match(asked, /约到场时间/);
  assert.match(asked, /SH20240325001/);
  assert.ok(!asked.includes("13800001111"));

  // The refusals are there with their rules.
  await reader.goto(`${site.url}/office/refusals`);
  assert.match(await reader.locator("main").innerText(), /处罚决定/);
  assert.deepEqual(problems, []);
});

test("the journal of the journey verifies, and so does a proof", async () => {
  await site.stop();
  assert.match(site.run("verify"), /\d/);
  const report = JSON.parse(site.run("report", "2024"));
  assert.equal(report.year, 2024);
  assert.ok(report.figures.length > 10 && report.claims.length > 0);
  // The report of the position before the journey has the same bytes as it had then.
  const { position } = JSON.parse(reportBefore).as_of;
  assert.ok(report.as_of.position > position);
  assert.equal(site.run("report", "2024", "--as-of", String(position)), reportBefore);
});

function decision() {
  return {
    evidence_summary: "现场笔录一份\n询问笔录一份",
    pay_to: "示例银行青浦支行 罚没收入专户（示例），地址：青浦区公园路 1 号（示例）",
    fine: "20,000元",
    sorts: ["罚款"],
    conducts: ["2024-03-24"],
    lightening: "无",
    cites_hearing: "否",
    facts: "当事人未取得建筑垃圾处置证，外运渣土两车。",
    reason: "违反规定，依法处罚。",
  };
}

/** The number of the newest act on a case page. */
async function lastAct(page, id) {
  await page.goto(`${site.url}/office/cases/${id}`);
  return Number((await page.locator(".tl > li").first().getAttribute("id")).replace("act-", ""));
}
