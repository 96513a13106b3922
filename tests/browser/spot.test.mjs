// On the street: a penalty on the spot from a telephone, what was typed kept when the line breaks, and two officers at one case.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Site, act, fill, openBrowser, signIn } from "./site.mjs";

const site = new Site();
let browser;
const phone = { viewport: { width: 390, height: 844 }, locale: "zh-CN", hasTouch: true };
const pictures = process.env.XIEZHI_PICTURES;

before(async () => {
  site.fill("2024-03-25");
  await site.serve("2024-03-26");
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await site.remove();
});

async function opened(options = phone) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  await signIn(page, site, site.logins.find((l) => /^xujing-\d+$/.test(l.login)).login);
  return { context, page };
}

async function picture(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

/** A photograph of one pixel, as bytes. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

test("an officer fines on the spot and the party checks the decision", async () => {
  const { context, page } = await opened();
  await page.goto(`${site.url}/office/spot`);
  await picture(page, "spot-choose");
  await page.getByLabel("全部可以当场处罚的事项").selectOption("A01");
  await page.getByRole("button", { name: "下一步" }).click();
  const form = page.locator("#form");
  await form.getByLabel("姓名或者名称").fill("舒禾");
  await form.getByLabel("证件号码").fill("310118198403150017");
  await form.getByLabel("地址").fill("上海市青浦区徐泾镇明珠路8弄");
  await form.getByLabel("违法地点").fill("徐泾镇徐民路菜场门口");
  await form.locator('[name="files"]').setInputFiles({ name: "现场.png", mimeType: "image/png", buffer: PNG });
  await form.getByLabel("罚款（元）").fill("300元");
  await form.locator('[name="team2"]').selectOption({ index: 1 });
  await picture(page, "spot-form");
  // Beyond the limit, and nothing shown or heard: refused, each by its rule; what was typed stays.
  await page.getByRole("button", { name: "作出当场处罚决定" }).click();
  await page.waitForLoadState();
  const errors = page.locator("#errors");
  const said = await errors.innerText();
  for (const rule of ["I8", "I9c"]) assert.match(said, new RegExp(`规则 ${rule}\\b`));
  assert.equal(await form.getByLabel("姓名或者名称").inputValue(), "舒禾");
  assert.match(await form.innerText(), /已上传的照片保留/);
  await picture(page, "spot-refused");
  await form.getByLabel("罚款（元）").fill("150元");
  await form.getByLabel("出示执法证件").check();
  await form.getByLabel("听取陈述申辩").check();
  await page.getByRole("button", { name: "作出当场处罚决定" }).click();
  await page.waitForURL(/\/office\/spot\/\d+$/);
  await picture(page, "spot-done");
  const done = await page.locator("main").innerText();
  assert.match(done, /简罚字〔2024〕第\d+号/);
  assert.match(done, /150元/);
  assert.equal(await page.locator(".spot-qr svg").count(), 1);
  const code = (await page.getByRole("link", { name: "决定书", exact: true }).getAttribute("href")).split("/").pop();

  // The party needs no account, and sees no more than it must.
  const stranger = await (await browser.newContext(phone)).newPage();
  await stranger.goto(`${site.url}/v/${code}`);
  const verified = await stranger.locator("main").innerText();
  assert.match(verified, /简罚字〔2024〕第\d+号/);
  assert.ok(!verified.includes("舒禾"));
  await stranger.context().close();

  // The facts name party, hour and place though nobody wrote them.
  await page.getByRole("link", { name: "打开案件" }).click();
  await page.waitForLoadState();
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  const file = await page.locator("main").innerText();
  assert.match(file, /舒禾于2024年3月26日.*在徐泾镇徐民路菜场门口/);
  await context.close();
});

test("what cannot be punished on the spot says why and offers the ordinary way", async () => {
  const { context, page } = await opened();
  await page.goto(`${site.url}/office/spot?matter=D08`);
  const text = await page.locator("main").innerText();
  assert.match(text, /不能当场处罚/);
  assert.equal(await page.getByRole("link", { name: "登记线索" }).count(), 1);
  await context.close();
});

test("what was typed survives a lost connection, and goes when it was answered", async () => {
  const { context, page } = await opened();
  const form = page.locator("#form");
  await page.goto(`${site.url}/office/spot?matter=A01`);
  await form.getByLabel("姓名或者名称").fill("蒲松");
  await form.getByLabel("违法地点").fill("徐泾镇京华路");
  await context.setOffline(true);
  await page.getByRole("button", { name: "作出当场处罚决定" }).click();
  await page.getByText("没有网络，没有提交").waitFor();
  await context.setOffline(false);
  await page.reload();
  await page.getByText("已恢复上次没有提交成功的内容").waitFor();
  assert.equal(await form.getByLabel("姓名或者名称").inputValue(), "蒲松");
  assert.equal(await form.getByLabel("违法地点").inputValue(), "徐泾镇京华路");
  // Whoever signs out leaves nothing behind.
  await page.evaluate(() => document.querySelector('form[action="/office/sign-out"]').requestSubmit());
  await page.waitForURL(/sign-in/);
  await signIn(page, site, site.logins.find((l) => /^xujing-\d+$/.test(l.login)).login);
  await page.goto(`${site.url}/office/spot?matter=A01`);
  assert.equal(await form.getByLabel("姓名或者名称").inputValue(), "");
  await context.close();
});

test("the second of two officers sees what the first did, and decides", async () => {
  const { context, page } = await opened({ viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
  await page.goto(`${site.url}/office/cases/new`);
  const form = page.locator("#form");
  const fields = { matter: "A01", place: "徐泾镇徐民路", summary: "摆摊占道。" };
  await form.locator('[name="source"]').selectOption({ index: 1 });
  await form.locator('[name="matter"]').selectOption(fields.matter);
  await form.locator('[name="place"]').fill(fields.place);
  await form.locator('[name="summary"]').fill(fields.summary);
  for (const key of ["conduct_day", "discovered"]) await form.locator(`[name="${key}"]`).fill("2024-03-26");
  await form.locator('[name="team2"]').selectOption({ index: 2 });
  await form.locator("button.btn-p").click();
  await page.waitForURL(/\/office\/cases\/\d+/);
  const id = page.url().match(/cases\/(\d+)/)[1];

  const second = await context.newPage();
  await second.goto(`${site.url}/office/cases/${id}?act=SceneRecorded&on=case`);
  const typed = second.locator("#form");
  const scene = { place: "徐泾镇徐民路", certificate_shown: "是", signature: "签字确认", recording: "是" };
  await fill(typed, { ...scene, record: "现场有折叠桌两张。" });
  assert.equal(await act(page, site, id, "SceneRecorded", "case", { ...scene, record: "现场有推车一辆。" }), null);
  await typed.locator("button.btn-p").click();
  await second.waitForLoadState();
  const said = await second.locator("#errors").innerText();
  assert.match(said, /打开本页以后，本案又办理了/);
  assert.match(said, /现场笔录/);
  assert.equal(await typed.locator('[name="record"]').inputValue(), "现场有折叠桌两张。");
  await picture(second, "overtaken");
  await typed.locator("button.btn-p").click();
  await second.waitForLoadState();
  assert.equal(await second.locator("#errors").count(), 0);
  await context.close();
});
