// Cases from the lead to the archive through the real pages: a hearing, a seizure, a demolition, a crime handed to the police, no penalty.
// XIEZHI_PICTURES=DIR keeps pictures of what is seen on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Site, openBrowser } from "./site.mjs";
import { Walk, photo } from "./walk.mjs";

const START = "2024-03-25";
const UNIT = { party_kind: "单位", party_name: "上海澄岳建设工程有限公司（虚构）", party_id_number: "91310118MA00000001", party_address: "青浦区徐泾镇明珠路 88 号（示例）" };
const PERSON = { party_kind: "个人", party_born: "1984-03-15", party_name: "舒禾（虚构）", party_id_number: "310118198403150017", party_address: "青浦区徐泾镇明珠路 8 弄（示例）" };
const PAY = "示例银行青浦支行 罚没收入专户（示例），地址：青浦区公园路 1 号（示例）";
const SCENE = { certificate_shown: "是", signature: "签字确认", recording: "是" };
const png = (seed) => ({ name: `现场${seed}.png`, mimeType: "image/png", buffer: photo(seed) });

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => browser?.close());

/** One walk on a bureau of its own. */
function walk(title, steps) {
  test(title, async () => {
    const site = new Site();
    try {
      site.fill(START);
      const w = new Walk(site, browser);
      await w.on(START);
      await steps(w);
      assert.match((await w.site.stop(), w.site.run("verify")), /\d/);
    } finally {
      await site.remove();
    }
  });
}

/** Lead, filing, what was found on the spot and heard, with a photograph as evidence. */
async function inquired(w, lead) {
  await w.open({ source: "投诉举报", conduct_day: "2024-03-24", ...lead });
  await w.done("ClueVerified", "case", { outcome: "应当立案" });
  await w.done("Filing", "case", { harm: "否" });
  await w.done("SceneRecorded", "case", SCENE);
  await w.done("EvidenceTaken", "case", { sort: "视听资料", name: "现场照片", source: "执法人员拍摄", files: png(1) });
}


walk("no penalty: slight, set right at once, nobody harmed", async (w) => {
  await inquired(w, { matter: "A01", ...PERSON });
  await w.done("EvidenceVerified", "case", { result: "查证属实" });
  const order = await w.done("OrderedToCorrect", "party-0", { until: START });
  await w.served(order);
  await w.done("CorrectionChecked", `document-${order}`, { corrected: "是" });
  const report = { outcome: "给予处罚", complex: "否", corrected: "是", minor: "是", harmless: "是" };
  assert.match(await w.try("FinalReport", "case", report), /规则 I34b/, "whoever must not be punished is not proposed for it");
  await w.done("FinalReport", "case", { ...report, outcome: "不予处罚" });
  const waiver = { conducts: [START.replace("25", "24")], ground: "轻微及时改正未造成危害后果" };
  assert.match(await w.try("PenaltyWaived", "party-0", waiver, "head"), /规则 I35/, "taught, not only let go");
  await w.done("Educated", "party-0");
  const waived = await w.done("PenaltyWaived", "party-0", waiver);
  await w.served(waived);
  await w.picture("waived");
  await w.done("Closed", "case");
  await w.done("Archived", "case", { volume: "2024-青徐-001" });
  await w.kept(["不予行政处罚决定书"]);
});

walk("a crime: reported, approved within three days, handed over, taken by the police", async (w) => {
  await inquired(w, { matter: "C07", ...UNIT });
  await w.done("CrimeReported", "case");
  assert.match(await w.try("CrimeTransferred", "case", { to: "区公安分局" }), /规则 I53/, "first the head approves");
  await w.on("2024-03-26");
  await w.done("CrimeAnswered", "case", { approve: "是" }, "head");
  await w.done("CrimeTransferred", "case", { to: "区公安分局" });
  await w.picture("crime");
  await w.on("2024-03-29");
  await w.done("PoliceAnswered", "case", { filed: "是" });
  await w.done("CaseEnded", "case", { ground: "移送司法机关" });
  await w.done("Closed", "case");
  await w.done("Archived", "case", { volume: "2024-青徐-002" });
  await w.kept(["涉嫌犯罪案件移送书"]);
});

walk("a seizure: approved, the goods kept, given back with the decision, the fine paid", async (w) => {
  await inquired(w, { matter: "A01", ...PERSON });
  await w.done("EvidenceVerified", "case", { result: "查证属实" });
  const order = await w.done("OrderedToCorrect", "party-0", { until: START });
  await w.served(order);
  await w.done("CorrectionChecked", `document-${order}`, { corrected: "否" });
  const seized = await w.done("Seized", "party-0", { days: "30", approval: "事前批准", certificate_shown: "是", rights_told: "是", present: "是", hour: "09:40", list_given: "是", necessities: "否" });
  await w.picture("seized");
  await w.on("2024-03-28");
  await w.done("FinalReport", "case", { outcome: "给予处罚", complex: "否", corrected: "否", minor: "否", harmless: "否" });
  const penalty = { conducts: ["2024-03-24"], sorts: ["罚款"], fine: "150元", lightening: "无" };
  const notice = await w.done("PriorNotice", "party-0", { ...penalty, hearing_right: "否" });
  await w.served(notice);
  const defence = await w.done("Defended", "party-0", { content: "1. 只摆了半天。\n2. 家里困难，请求不罚。" });
  const answers = { result: "不采纳", "answer.1": "现场笔录证实连续设摊两日。" };
  assert.match(await w.try("Rechecked", `item-${defence}`, { ...answers, "answer.2": "" }), /复核意见/, "every point is answered");
  await w.done("Rechecked", `item-${defence}`, { ...answers, "answer.2": "已在幅度内从低确定罚款。" });
  assert.match(await w.officer.locator("main").textContent(), /2．当事人提出：家里困难，请求不罚。/);
  await w.on("2024-04-08");
  const decided = await w.done("PenaltyDecided", "party-0", { ...penalty, cites_hearing: "否", pay_to: PAY });
  await w.served(decided);
  const lifted = await w.done("SeizureLifted", `item-${seized}`, { ground: "已作处理决定" });
  await w.served(lifted);
  await w.done("GoodsReturned", `item-${seized}`, { receiver: "舒禾（虚构）", signed: "是" });
  assert.match(await w.try("Closed", "case"), /规则 I60a/, "the fine is still owed");
  await w.done("FinePaid", `document-${decided}`, { amount: "150元", receipt: "P20240408001" });
  await w.done("Published", `document-${decided}`, { platform: "区政府网站", masked: "是" });
  await w.done("Closed", "case");
  await w.done("Archived", "case", { volume: "2024-青徐-003" });
  await w.kept(["查封（扣押）决定书", "解除"]);
});

walk("a hearing: told of the right, asked for, announced, held, reported, reviewed, discussed, decided on the record", async (w) => {
  await inquired(w, { matter: "C01", ...UNIT });
  await w.done("EvidenceVerified", "case", { result: "查证属实" });
  const order = await w.done("OrderedToCorrect", "party-0", { until: START });
  await w.served(order);
  await w.done("CorrectionChecked", `document-${order}`, { corrected: "否" });
  await w.done("FinalReport", "case", { outcome: "给予处罚", complex: "是", corrected: "否" });
  const penalty = { conducts: ["2024-03-24"], sorts: ["罚款"], fine: "60,000元", lightening: "无" };
  assert.match(await w.try("PriorNotice", "party-0", { ...penalty, hearing_right: "否" }), /规则 I15/);
  const notice = await w.done("PriorNotice", "party-0", { ...penalty, hearing_right: "是" });
  await w.served(notice);
  await w.on("2024-03-28");
  await w.done("HearingAsked", "party-0");
  const [chair, one, two, clerk] = await w.offered("HearingNotified", "party-0", "chair", "reviewer");
  const hearing = { chair, members: [one, two], clerk, time: "09:30", place: "徐泾镇综合行政执法队会议室（示例）", open: "是" };
  assert.ok(await w.try("HearingNotified", "party-0", { ...hearing, day: "2024-03-29", announced: "2024-03-28" }, "reviewer"), "seven days before");
  const notified = await w.done("HearingNotified", "party-0", { ...hearing, day: "2024-04-10", announced: "2024-03-28" }, "reviewer");
  await w.served(notified);
  await w.picture("hearing-notified");
  await w.picture("hearings", "/office/hearings?month=2024-04", "reviewer");
  assert.match(await w.reads("/office/hearings?month=2024-04", "reviewer"), /4 月 10 日 周三[\s\S]*09:30[\s\S]*待举行/);
  assert.doesNotMatch(await w.reads("/office/reviews", "reviewer"), /澄岳/, "nobody reviews before the hearing");
  await w.on("2024-04-10");
  await w.done("HearingHeld", "party-0", { signature: "签字确认" }, "reviewer");
  await w.done("HearingReported", "party-0", {}, "reviewer");
  assert.match(await w.reads("/office/reviews", "reviewer"), /澄岳[\s\S]*剩 10 个工作日/);
  await w.picture("review", `/office/reviews/${w.id}`, "reviewer");
  assert.match(await w.reads(`/office/reviews/${w.id}`, "reviewer"), /请阅卷判断[\s\S]*审核意见/);
  await w.done("LegallyReviewed", "case", { received: "2024-04-10", result: "同意" }, "reviewer");
  assert.doesNotMatch(await w.reads("/office/reviews", "reviewer"), /澄岳/);
  await w.on("2024-04-12");
  const heads = (await w.offered("Discussed", "case", "heads", "head")).slice(0, 2);
  await w.done("Discussed", "case", { heads }, "head");
  const decided = await w.done("PenaltyDecided", "party-0", { ...penalty, cites_hearing: "是", pay_to: PAY });
  await w.served(decided);
  await w.done("Published", `document-${decided}`, { platform: "区政府网站" });
  // The bank's list: two instalments, and five rows that say what is wrong with them.
  await w.on("2024-04-22");
  await w.text();
  const number = (await w.officer.locator(".docs li", { hasText: "行政处罚决定书" }).locator("small").innerText()).trim();
  const list = [
    "决定书文号,金额,缴款日期,票据号,类别",
    `${number},"40,000",2024-04-19,P20240419001,`,
    `${number},20000.00,2024/4/22,P20240422001,罚款`,
    `${number},1,2024-04-22,P20240422002,罚款`,
    `${number},200,2024-04-22,P20240419001,罚款`,
    `${number},二百,2024-04-22,P20240422003,`,
    `${number},200,2024-05-01,P20240422004,`,
    "沪青徐府罚字〔2024〕第999号,200,2024-04-22,P20240422005,",
  ].join("\n");
  const upload = async () => {
    await w.officer.goto(`${w.site.url}/office/payments`);
    await w.officer.locator("#file").setInputFiles({ name: "bank.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
    await w.officer.getByRole("button", { name: "上传核对" }).click();
    await w.officer.waitForLoadState();
    return w.officer.locator("main").innerText();
  };
  assert.match(await w.reads("/office/payments"), /澄岳[\s\S]*60,000元/);
  const looked = await upload();
  assert.match(looked, /新的 2 笔，已经登记过的 0 笔，有问题的 5 行/);
  for (const why of [/第 4 行“金额”：比尚欠的罚款 0元 多/, /第 5 行“票据号”：与第 2 行的票据号相同/, /第 6 行“金额”：“二百”不是金额/, /第 7 行“缴款日期”：晚于今天/, /第 8 行“决定书文号”：没有找到/])
    assert.match(looked, why);
  await w.officer.getByRole("button", { name: /登记 2 笔/ }).click();
  await w.officer.waitForLoadState();
  assert.match(await w.officer.locator("main").innerText(), /登记 2 笔/);
  assert.match(await upload(), /新的 0 笔，已经登记过的 2 笔/, "the same list twice changes nothing");
  await w.picture("payments", "/office/payments");
  await w.done("Closed", "case");
  await w.done("Archived", "case", { volume: "2024-青徐-004" });
  await w.kept(["听证笔录", "听证报告"]);
});

walk("a demolition: ordered, announced, the party's terms over, mandated by the government, carried out", async (w) => {
  await inquired(w, { matter: "D13", ...PERSON });
  await w.done("EvidenceVerified", "case", { result: "查证属实" });
  const order = await w.done("OrderedToCorrect", "party-0", { until: START });
  await w.served(order);
  await w.done("CorrectionChecked", `document-${order}`, { corrected: "否" });
  await w.done("FinalReport", "case", { outcome: "给予处罚", complex: "是", corrected: "否" });
  await w.done("LegallyReviewed", "case", { received: START, result: "同意" }, "reviewer");
  const demolition = await w.done("DemolitionOrdered", "party-0", { building: "已经建成", until: "2024-04-10" });
  await w.served(demolition);
  await w.done("DemolitionAnnounced", `document-${demolition}`, { until: "2024-04-10" });
  await w.picture("demolition");
  await w.on("2024-04-11");
  const demand = await w.done("Demanded", `document-${demolition}`, { until: "2024-04-22", rights_told: "是" });
  await w.served(demand);
  await w.on("2024-09-29");
  await w.done("DemolitionMandated", `document-${demolition}`, { authority: "上海市青浦区人民政府", number: "青府拆〔2024〕1 号" });
  await w.done("DemolitionCarriedOut", `document-${demolition}`, { urgent: "否", utilities_cut: "否", hour: "10:00" });
  await w.done("Closed", "case");
  await w.done("Archived", "case", { volume: "2024-青徐-005" });
  await w.kept(["责令限期拆除"]);
});
