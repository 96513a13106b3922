// What is typed into a form survives a lost connection: it stays in this tab's own storage until the form was answered, and nowhere else.
// Files and hidden fields are not kept: files are too large, and the token belongs to the page.

const DAY = 24 * 60 * 60 * 1000;
const PREFIX = 'draft ';

const kept = (field) => field.name && !['hidden', 'file', 'password', 'submit', 'button'].includes(field.type);

function read(form) {
  return [...form.elements].filter(kept).map((field) => [field.name, field.type === 'checkbox' || field.type === 'radio' ? [field.value, field.checked] : field.value]);
}

function fill(form, saved) {
  const fields = [...form.elements].filter(kept);
  for (const [at, [name, value]] of saved.entries()) {
    const field = fields[at];
    // The form may have been drawn with other fields since: what does not stand in its place is left out.
    if (!field || field.name !== name) continue;
    if (Array.isArray(value)) { if (field.value === value[0]) field.checked = value[1]; } else field.value = value;
  }
}

function note(form, text, action) {
  form.querySelector('.draft-note')?.remove();
  const line = document.createElement('p');
  line.className = 'note draft-note';
  line.setAttribute('role', 'status');
  line.append(text);
  if (action) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-s';
    button.textContent = action[0];
    button.addEventListener('click', action[1]);
    line.append(' ', button);
  }
  form.querySelector('.body')?.prepend(line);
}

function keep(form) {
  const key = PREFIX + form.dataset.draft;
  const fresh = JSON.stringify(read(form));
  let saved = null;
  try { saved = JSON.parse(sessionStorage.getItem(key)); } catch { sessionStorage.removeItem(key); }
  if (saved && Date.now() - saved.at > DAY) { sessionStorage.removeItem(key); saved = null; }
  // A form drawn again after a refusal has everything already.
  const answered = form.querySelector('.error-sum');
  if (answered) {
    sessionStorage.removeItem(key);
  } else if (saved && JSON.stringify(saved.fields) !== fresh) {
    fill(form, saved.fields);
    note(form, '已恢复上次没有提交成功的内容，附件须重新选择。', ['不要，清空', () => { sessionStorage.removeItem(key); location.reload(); }]);
  }
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    const now = read(form);
    if (JSON.stringify(now) === fresh) return;
    try { sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: now })); } catch { /* full or forbidden: the form works without */ }
  };
  form.addEventListener('input', () => { timer ||= setTimeout(save, 400); });
  form.addEventListener('change', save);
  form.addEventListener('submit', (event) => {
    save();
    // Looking at the paper in another tab is no answer to the form.
    if (event.submitter?.formTarget) return;
    if (!navigator.onLine) {
      event.preventDefault();
      note(form, '没有网络，没有提交。填写的内容已保留在本页，联网后再提交。');
      return;
    }
    // Cleared once the answer has come: the next page of this site that is not this form takes it away.
    sessionStorage.setItem('draft-sent', key);
  });
}

const sent = sessionStorage.getItem('draft-sent');
const forms = [...document.querySelectorAll('form[data-draft]')];
if (sent && !forms.some((form) => PREFIX + form.dataset.draft === sent)) sessionStorage.removeItem(sent);
if (sent) sessionStorage.removeItem('draft-sent');
for (const form of forms) keep(form);

// Who signs out leaves nothing behind.
for (const out of document.querySelectorAll('form[action="/office/sign-out"]')) {
  out.addEventListener('submit', () => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith('draft')) sessionStorage.removeItem(key);
  });
}
