import type { Uploads } from "../uploads";

/** A picture of something that was copied comes beside its words; then the words are meant. */
function onlyFiles(given: DataTransfer | null): FileList | null {
  const files = given?.files;
  return files?.length && !given?.getData("text/plain") ? files : null;
}

/** Puts up what is pasted into a form or dropped on the conversation around it. */
export function takeFiles(form: HTMLFormElement, uploads: Uploads): void {
  // Before the editor, which would look for words in it.
  form.addEventListener(
    "paste",
    (event) => {
      const files = onlyFiles(event.clipboardData);
      if (!files) return;
      event.preventDefault();
      event.stopPropagation();
      uploads.add(files);
    },
    { capture: true },
  );
  const carriesFiles = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes("Files") ?? false;
  const around = form.closest("main") ?? form;
  let inside = 0;
  const over = (step: number): void => {
    inside = step ? Math.max(0, inside + step) : 0;
    form.toggleAttribute("data-dropping", inside > 0);
  };
  around.addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) over(1);
  });
  around.addEventListener("dragleave", (event) => {
    if (carriesFiles(event)) over(-1);
  });
  around.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  around.addEventListener(
    "drop",
    (event) => {
      over(0);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      uploads.add(event.dataTransfer?.files ?? []);
    },
    { capture: true },
  );
}
