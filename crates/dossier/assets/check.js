// Checks the package of a case file in the browser: no server, no network. The same steps, in the same order and with the same names
// for the parts, as the program's own check (crates/dossier/src/check.rs); a test holds the two against each other.

const CONTAINER = "容器";
const MANIFEST = "manifest.txt";
const WHOLE_MAX = 256 * 1024 * 1024;
const INPUT_SLOT = 90;

/** Why a package is refused: the part that does not fit, and what. */
class Refused extends Error {
  constructor(part, why) {
    super(`${part}：${why}`);
    this.part = part;
    this.why = why;
  }
}
const refuse = (part, why) => {
  throw new Refused(part, why);
};

// Bytes and texts.

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Lower-case hexadecimal; null where it is not. */
function fromHex(text) {
  if (typeof text !== "string" || text.length % 2 || !/^[0-9a-f]*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

/** Standard base64 in its one spelling; null where it is not. */
function fromBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  try {
    const plain = atob(text);
    return btoa(plain) === text ? Uint8Array.from(plain, (c) => c.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

function joined(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** SM3 (GB/T 32905-2016). */
function sm3(message) {
  const length = message.length;
  const padded = new Uint8Array(((length + 8) >> 6 << 6) + 64);
  padded.set(message);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const v = new Int32Array([0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]);
  const w = new Int32Array(68);
  for (let block = 0; block < padded.length; block += 64) {
    for (let j = 0; j < 16; j++) w[j] = view.getInt32(block + j * 4);
    for (let j = 16; j < 68; j++) {
      const x = w[j - 16] ^ w[j - 9] ^ ((w[j - 3] << 15) | (w[j - 3] >>> 17));
      const p1 = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9));
      w[j] = p1 ^ ((w[j - 13] << 7) | (w[j - 13] >>> 25)) ^ w[j - 6];
    }
    let [a, b, c, d, e, f, g, h] = v;
    for (let j = 0; j < 64; j++) {
      const a12 = (a << 12) | (a >>> 20);
      const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
      const s = (a12 + e + (j % 32 ? (t << j % 32) | (t >>> (32 - (j % 32))) : t)) | 0;
      const ss1 = (s << 7) | (s >>> 25);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) | 0;
      const tt2 = (gg + h + ss1 + w[j]) | 0;
      d = c;
      c = (b << 9) | (b >>> 23);
      b = a;
      a = tt1;
      h = g;
      g = (f << 19) | (f >>> 13);
      f = e;
      e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
    }
    v[0] ^= a; v[1] ^= b; v[2] ^= c; v[3] ^= d; v[4] ^= e; v[5] ^= f; v[6] ^= g; v[7] ^= h;
  }
  const out = new Uint8Array(32);
  v.forEach((word, at) => new DataView(out.buffer).setInt32(at * 4, word));
  return out;
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function crc32(bytes) {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) crc = CRC[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// The container: a ZIP archive in which everything is fixed that need not vary.

const little = (...pairs) => {
  const out = [];
  for (const [value, size] of pairs) for (let at = 0; at < size; at++) out.push(Math.floor(value / 2 ** (8 * at)) & 255);
  return Uint8Array.from(out);
};
const common = (crc, size, nameLength) =>
  little([20, 2], [0x0800, 2], [0, 2], [0, 2], [0x0021, 2], [crc, 4], [size, 4], [size, 4], [nameLength, 2], [0, 2]);
const LOCAL = 0x04034b50;

function directory(members, start) {
  const parts = members.map((m) => {
    const name = utf8.encode(m.name);
    return joined(little([0x02014b50, 4], [20, 2]), common(m.crc, m.bytes, name.length), new Uint8Array(10), little([m.offset, 4]), name);
  });
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const n = members.length;
  return joined(...parts, little([0x06054b50, 4], [0, 4], [n, 2], [n, 2], [size, 4], [start, 4], [0, 2]));
}

function isPlain(name) {
  return (
    name.length > 0 && utf8.encode(name).length <= 200 && /^[A-Za-z0-9._/\u4e00-\u9fff-]+$/.test(name) &&
    name.split("/").every((step) => step !== "" && !step.startsWith("."))
  );
}

/** Reads the container from front to back; one member's bytes are in memory at a time, those wanted are kept. */
async function read(file, keep) {
  const slice = async (from, length) => {
    if (from + length > file.size) refuse(CONTAINER, "不完整");
    return new Uint8Array(await file.slice(from, from + length).arrayBuffer());
  };
  const all = [];
  const names = new Set();
  let at = 0;
  for (;;) {
    const sign = await slice(at, 4);
    if (new DataView(sign.buffer).getUint32(0, true) !== LOCAL) {
      const expected = directory(all, at);
      if (file.size - at !== expected.length || !same(await slice(at, expected.length), expected)) {
        refuse(CONTAINER, "目录或者结尾与内容不符");
      }
      return all;
    }
    if (all.length >= 20000) refuse(CONTAINER, "文件太多");
    const head = await slice(at + 4, 26);
    const view = new DataView(head.buffer);
    const [crc, size, nameLength] = [view.getUint32(10, true), view.getUint32(14, true), view.getUint16(22, true)];
    let name;
    try {
      name = strict.decode(await slice(at + 30, nameLength));
    } catch (error) {
      if (error instanceof Refused) throw error;
      refuse(CONTAINER, "文件名不是 UTF-8");
    }
    if (!isPlain(name) || names.has(name)) refuse(CONTAINER, "文件名不合规或者重复");
    names.add(name);
    if (!same(head, common(crc, size, nameLength))) refuse(CONTAINER, `“${name}”的文件头被改动`);
    const wanted = keep(name);
    if (wanted && size > WHOLE_MAX) refuse(CONTAINER, `“${name}”太大`);
    if (at + 30 + nameLength + size > file.size) refuse(CONTAINER, `在“${name}”处中断，不完整`);
    const bytes = await slice(at + 30 + nameLength, size);
    if (crc32(bytes) !== crc) refuse(name, "内容或者校验和被改动");
    all.push({ name, crc, bytes: size, offset: at, sha256: hex(await sha256(bytes)), sm3: hex(sm3(bytes)), kept: wanted ? bytes : null });
    at += 30 + nameLength + size;
  }
}

// Signed notes (C2SP signed-note), manifest, checkpoint.

function split(note) {
  const at = note.lastIndexOf("\n\n");
  return at < 0 ? null : { text: note.slice(0, at + 1), signatures: note.slice(at + 2) };
}

/** true, false, or null where this browser knows no Ed25519. */
async function isSigned(note, origin, key) {
  const parts = split(note);
  if (!parts) return false;
  const id = (await sha256(joined(utf8.encode(origin), Uint8Array.of(10, 1), key))).slice(0, 4);
  for (const line of parts.signatures.split("\n")) {
    const words = line.match(/^— (\S+) (\S+)$/);
    const bytes = words && words[1] === origin ? fromBase64(words[2]) : null;
    if (!bytes || bytes.length !== 68 || !same(bytes.slice(0, 4), id)) continue;
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      if (error.name === "NotSupportedError") return null;
      return false;
    }
    if (await crypto.subtle.verify("Ed25519", imported, bytes.slice(4), utf8.encode(parts.text))) return true;
  }
  return false;
}

function readManifest(note) {
  const wrong = () => refuse(MANIFEST, "格式被改动");
  const parts = split(note);
  if (!parts || !parts.signatures.endsWith("\n") || parts.signatures.split("\n").length !== 2) wrong();
  const lines = parts.text.slice(0, -1).split("\n");
  const second = lines[0] === "xiezhi/dossier/2";
  if (!second && lines[0] !== "xiezhi/dossier/1") wrong();
  const manifest = { files: [] };
  const fields = ["origin", "bureau", "stream", "number", "variant", "entries"].concat(second ? ["papers"] : []);
  fields.forEach((name, at) => {
    const line = lines[at + 1];
    if (line === undefined || !line.startsWith(name + " ")) wrong();
    manifest[name] = line.slice(name.length + 1);
  });
  const number = (text) => (/^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : wrong());
  manifest.entries = number(manifest.entries);
  manifest.papers = second ? number(manifest.papers) : 0;
  if (second && manifest.papers === 0) wrong();
  for (const line of lines.slice(fields.length + 1)) {
    const words = line.match(/^(\S*) (\S*) (\S*) (.*)$/) ?? wrong();
    manifest.files.push({ sha256: words[1], sm3: words[2], bytes: number(words[3]), name: words[4] });
  }
  return manifest;
}

function readCheckpoint(note) {
  const wrong = () => refuse("checkpoint.txt", "检查点的格式不正确");
  const parts = split(note) ?? wrong();
  const lines = parts.text.slice(0, -1).split("\n");
  const [origin, size, root] = lines;
  const bytes = root === undefined ? null : fromBase64(root);
  const chain = lines.slice(3).find((line) => line.startsWith("chain "));
  const end = chain === undefined ? null : fromBase64(chain.slice(6));
  if (!origin || !/^(0|[1-9][0-9]{0,15})$/.test(size) || bytes?.length !== 32 || end?.length !== 64) wrong();
  return { origin, size: Number(size), root: bytes };
}

// Entries, their way up the tree, and their texts.

const number8 = (n) => {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigInt64(0, BigInt(n));
  return out;
};
const put = (bytes) => [number8(bytes.length), bytes];
const putNumber = (n) => put(number8(n));
const putText = (text) => put(utf8.encode(text));

/** SM3, then SHA-256. */
const both = async (bytes) => joined(sm3(bytes), await sha256(bytes));

async function rehash(bureau, e) {
  const prev = fromHex(e.prev);
  if (prev?.length !== 64) return "";
  const fields = [
    putText("xiezhi/entry"), putNumber(e.format), putText(bureau), putNumber(e.position), putText(e.stream), putNumber(e.version),
    putText(e.happened_at), putNumber(e.recorded_at), putText(e.actor), putText(e.kind), putNumber(e.kind_version), putText(e.body),
    putNumber(e.texts), put(prev),
  ];
  return hex(await both(joined(...fields.flat())));
}

async function commitment(position, slot, salt, text) {
  return hex(await both(joined(...[putText("xiezhi/text/1"), putNumber(position), putNumber(slot), put(salt), putText(text)].flat())));
}

/** RFC 9162, section 2.1.3.2. */
async function included(hash, position, size, path, root) {
  if (position < 1 || size < position) return false;
  let [at, last] = [BigInt(position - 1), BigInt(size - 1)];
  let node = await sha256(joined(Uint8Array.of(0), hash));
  const parent = (left, right) => sha256(joined(Uint8Array.of(1), left, right));
  for (const side of path) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      node = await parent(side, node);
      while (!(at & 1n) && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      node = await parent(node, side);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(node, root);
}

function lines(part, text) {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n").map((line, at) => {
    try {
      return JSON.parse(line);
    } catch {
      refuse(part, `第 ${at + 1} 行的格式不正确`);
    }
  });
}

const whole = (n) => Number.isSafeInteger(n) && n >= 0;

function listed(manifest, members) {
  const files = members.slice(0, -1);
  if (members.at(-1)?.name !== MANIFEST || files.length !== manifest.files.length) refuse(MANIFEST, "所列文件与包内文件不同");
  files.forEach((member, at) => {
    const said = manifest.files[at];
    if (member.name !== said.name) refuse(MANIFEST, `所列“${said.name}”与包内“${member.name}”不同`);
    if (member.bytes !== said.bytes || member.sha256 !== said.sha256 || member.sm3 !== said.sm3) {
      refuse(member.name, "内容与清单上的校验值不符");
    }
  });
}

async function proved(part, count, ways, checkpoint) {
  if (!ways.length || ways.length !== count) refuse(part, "条数与清单不符");
  let last = 0;
  for (const way of ways) {
    const [hash, path] = [fromHex(way.hash), Array.isArray(way.path) ? way.path.map(fromHex) : null];
    if (!whole(way.position) || hash?.length !== 64 || !path?.every((node) => node?.length === 32)) refuse(part, "格式不正确");
    if (way.position <= last) refuse(part, "没有按先后排列");
    last = way.position;
    if (!(await included(hash, way.position, checkpoint.size, path, checkpoint.root))) {
      refuse(part, `流水第 ${way.position} 号记录不在检查点所签的记录之中`);
    }
  }
}

async function opened(part, manifest, stream, text, ways) {
  const places = new Map(ways.map((way, at) => [way.position, { version: at + 1, way }]));
  const entries = [];
  let last = 0;
  for (const entry of lines(part, text)) {
    const wrong = (why) => refuse(part, `流水第 ${entry.position} 号记录${why}`);
    if (entry.bureau !== manifest.bureau || entry.stream !== stream) wrong("不属于本案");
    if (!(entry.position > last)) wrong("没有按先后排列");
    last = entry.position;
    const place = places.get(entry.position) ?? wrong("没有证明");
    if (entry.version !== place.version) wrong("不是本案的这一步");
    let hash;
    try {
      hash = await rehash(entry.bureau, entry);
    } catch {
      wrong("的格式不正确");
    }
    if (hash !== entry.hash || entry.hash !== place.way.hash) wrong("的内容与其校验值不符");
    let body;
    try {
      body = JSON.parse(entry.body);
    } catch {
      wrong("的内容不能读取");
    }
    entries.push({ entry, body });
  }
  if (manifest.variant === "whole" && entries.length !== ways.length) refuse(part, "全卷缺少记录");
  return entries;
}

function strings(value, out) {
  if (typeof value === "string") out.add(value);
  else if (value && typeof value === "object") Object.values(value).forEach((inner) => strings(inner, out));
  return out;
}

async function bound(texts, entries) {
  const part = "texts.jsonl";
  const said = new Map(entries.map(({ entry, body }) => [entry.position, strings(body, new Set())]));
  const seen = new Set();
  for (const { position, slot, salt, text } of texts) {
    const wrong = (why) => refuse(part, `流水第 ${position} 号记录的第 ${slot} 段文字${why}`);
    if (!whole(position) || !whole(slot) || typeof text !== "string") refuse(part, "格式不正确");
    if (seen.has(`${position} ${slot}`)) wrong("重复");
    seen.add(`${position} ${slot}`);
    const bytes = fromHex(salt) ?? wrong("的随机数不正确");
    if (!said.get(position)?.has(await commitment(position, slot, bytes, text))) wrong("与承诺值不符");
  }
}

function named(members, entries) {
  const [files, templates] = [new Set(), new Set()];
  // A stamped original that was taken away again is not enclosed, and must not be.
  const dropped = new Set(entries.filter(({ entry }) => entry.kind === "paper.scan_dropped").map(({ body }) => body?.scan));
  for (const { entry, body } of entries) {
    if (entry.kind === "paper.scanned" && !dropped.has(entry.position) && typeof body?.file === "string") files.add(body.file);
    const named = body?.recorded?.act?.files;
    if (Array.isArray(named)) named.filter((id) => typeof id === "string").forEach((id) => files.add(id));
    if (typeof body?.issued?.template === "string") templates.add(body.issued.template);
  }
  let enclosed = 0;
  for (const member of members) {
    const [, folder, id] = member.name.match(/^(files|templates)\/([^.]*)/) ?? [];
    if (!folder) continue;
    if (id !== member.sha256) refuse(member.name, "内容与文件名所示校验值不符");
    if (!(folder === "files" ? files : templates).has(id)) refuse(member.name, "没有任何记录提到该文件");
    enclosed += folder === "files" ? 1 : 0;
  }
  return { enclosed, missing: files.size - enclosed };
}

/**
 * Checks a package (a File or Blob). `trusted`, hexadecimal, is the bureau's key got some other way, or "".
 * Resolves to what holds; `signed` is null where this browser cannot check signatures. Rejects with the first part that does not fit.
 */
export async function check(file, trusted = "") {
  const small = (name) => (!name.startsWith("files/") && name.endsWith(".txt")) || name.endsWith(".jsonl");
  const members = await read(file, small);
  const text = (name) => {
    const bytes = members.find((member) => member.name === name)?.kept ?? refuse(CONTAINER, `缺少 ${name}`);
    try {
      return strict.decode(bytes);
    } catch {
      refuse(name, "不是 UTF-8 文本");
    }
  };
  const note = text(MANIFEST);
  const manifest = readManifest(note);
  listed(manifest, members);
  const spelled = text("key.txt");
  const key = spelled.endsWith("\n") ? fromHex(spelled.slice(0, -1)) : null;
  if (key?.length !== 32) refuse("key.txt", "不是公钥");
  const signed = await isSigned(note, manifest.origin, key);
  if (signed === false) refuse(MANIFEST, "签名与公钥不符，清单被改动");
  if (trusted && trusted !== hex(key)) refuse("key.txt", "包内公钥不是您给出的公钥，本包不是该单位签发的");
  const checkpointNote = text("checkpoint.txt");
  const checkpoint = readCheckpoint(checkpointNote);
  if ((await isSigned(checkpointNote, checkpoint.origin, key)) === false) refuse("checkpoint.txt", "没有用这把公钥可以验证的签名");
  if (checkpoint.origin !== manifest.origin) refuse("checkpoint.txt", "签发者与清单不同");
  const ways = lines("proof.jsonl", text("proof.jsonl"));
  await proved("proof.jsonl", manifest.entries, ways, checkpoint);
  const acts = await opened("entries.jsonl", manifest, manifest.stream, text("entries.jsonl"), ways);
  const entries = [...acts];
  if (manifest.papers > 0) {
    const part = "papers-proof.jsonl";
    const way = lines(part, text(part));
    await proved(part, manifest.papers, way, checkpoint);
    const number = manifest.stream.match(/^case\/([0-9]+)$/)?.[1] ?? refuse(MANIFEST, "格式被改动");
    entries.push(...(await opened("papers.jsonl", manifest, `papers/${number}`, text("papers.jsonl"), way)));
  }
  const texts = lines("texts.jsonl", text("texts.jsonl"));
  await bound(texts, entries);
  const { enclosed, missing } = named(members, entries);
  return {
    signed, bureau: manifest.bureau, stream: manifest.stream, number: manifest.number, variant: manifest.variant,
    files: manifest.files.length, entries: acts.length, sealed: ways.length - acts.length, papers: manifest.papers, texts: texts.length,
    unopened: entries.reduce((sum, { entry }) => sum + entry.texts, 0) - texts.length,
    documents: texts.filter((t) => t.slot === INPUT_SLOT).length, evidence: enclosed, missing,
    origin: manifest.origin, size: checkpoint.size, root: hex(checkpoint.root), key: hex(key), compared: trusted !== "",
  };
}

// The page.

const variants = { whole: "全卷", inspection: "正卷", court: "申请法院执行材料" };

/** What holds, label and sentence. */
function words(holds) {
  const rows = [
    ["案件", `${holds.bureau} ${holds.stream}，${holds.number}（${variants[holds.variant] ?? holds.variant}）`],
    ["清单", `${holds.files} 个文件的 SHA-256 和 SM3 全部相符，清单由 ${holds.origin} 签名。`],
    ["记录", `${holds.entries} 条内容与校验值相符。` + (holds.sealed ? `另有 ${holds.sealed} 条为副卷，只附校验值和证明。` : "")],
    ["证明", `${holds.entries + holds.sealed} 条记录都在检查点所签的 ${holds.size} 条之内，根值 ${holds.root}。`],
    ...(holds.papers ? [["原件", `盖章原件归入、移出的 ${holds.papers} 条记录也在其中。`]] : []),
    ["文字", `${holds.texts} 段与承诺值相符，其中文书全文 ${holds.documents} 份。` + (holds.unopened > 0 ? `${holds.unopened} 段没有附上（依令删除，或者不供查阅）。` : "")],
    ["文件", `证据 ${holds.evidence} 个，与记录所载校验值相符。` + (holds.missing ? `${holds.missing} 个记录提到的文件没有附上。` : "")],
    ["公钥", holds.key + (holds.compared ? "，与您给出的公钥一致。" : "。这是包内的公钥，只说明各部分出自同一签名者；请与从签发单位另行取得的公钥比对，一致才可信。")],
  ];
  if (holds.signed === null) rows.push(["签名", "本浏览器不支持 Ed25519，签名没有核对。请换用新版浏览器，或者用 xiezhi check 核验。"]);
  return rows;
}

function page() {
  const [input, keyField, zone, out] = ["check-file", "check-key", "check-zone", "check-out"].map((id) => document.getElementById(id));
  if (!input || !out) return;
  document.getElementById("check-need-script")?.remove();
  const show = (state, title, rows) => {
    out.dataset.state = state;
    out.replaceChildren();
    const head = document.createElement("h2");
    head.textContent = title;
    const list = document.createElement("dl");
    for (const [label, text] of rows) {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = label;
      dd.textContent = text;
      list.append(dt, dd);
    }
    out.append(head, list);
  };
  let turn = 0;
  const run = async () => {
    const [file] = input.files;
    if (!file) return;
    const mine = ++turn;
    const key = keyField.value.replace(/\s/g, "").toLowerCase();
    show("busy", "正在核验……", [["文件", file.name]]);
    let shown;
    try {
      if (!globalThis.crypto?.subtle) throw new Error("本浏览器在这里不能计算校验值。请把页面存到本机打开，或者用 xiezhi check 核验。");
      const holds = await check(file, key);
      const partly = holds.signed === null;
      shown = [partly ? "partly" : "holds", partly ? "内容相符，签名没有核对" : "核验通过", words(holds)];
    } catch (error) {
      if (error instanceof Refused) shown = ["refused", "核验不通过", [["哪一部分", error.part], ["为什么", error.why]]];
      else shown = ["refused", "不能核验", [["原因", error.message]]];
    }
    if (mine === turn) show(...shown);
  };
  input.addEventListener("change", run);
  keyField.addEventListener("change", run);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset.over = "1";
  });
  zone.addEventListener("dragleave", () => delete zone.dataset.over);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset.over;
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      run();
    }
  });
}

if (typeof document !== "undefined") {
  globalThis.checkPackage = check;
  page();
}
