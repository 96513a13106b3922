// The paper of an act beside its form, drawn anew while it is written. Without this script the button opens it in another tab.

const PAUSE = 1500;

for (const button of document.querySelectorAll("button[data-preview]")) {
  const form = button.form;
  const beside = document.createElement("details");
  beside.className = "preview";
  const summary = document.createElement("summary");
  summary.textContent = "边填边看";
  const frame = document.createElement("iframe");
  frame.name = "preview-of-act";
  frame.title = "文书预览";
  beside.append(summary, frame);
  button.closest(".form-actions").after(beside);

  /** A copy of the form without its files, sent into the frame: the form itself is not touched. */
  const draw = () => {
    const copy = document.createElement("form");
    copy.method = "post";
    copy.action = button.formAction;
    copy.target = frame.name;
    copy.hidden = true;
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string") continue;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      copy.append(field);
    }
    document.body.append(copy);
    copy.submit();
    copy.remove();
  };
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    if (beside.open) timer = setTimeout(draw, PAUSE);
  };
  beside.addEventListener("toggle", () => { if (beside.open) draw(); });
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}
