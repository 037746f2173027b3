/** 820 B, 12 KB, 3.4 MB. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export interface Uploaded {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** What the server answered to an upload that did not go well; status 0 is a broken connection. */
export class UploadFailed extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/**
 * Posts one file as multipart and tells the share that is done (0–1). XMLHttpRequest because fetch
 * has no upload progress. Rejects with UploadFailed.
 */
export function upload(
  url: string,
  file: File,
  headers: Record<string, string>,
  progress: (share: number) => void,
  signal?: AbortSignal,
): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onerror = request.ontimeout = () => reject(new UploadFailed(0, ""));
    request.onload = () => {
      const body = request.response as (Uploaded & { detail?: string }) | null;
      if (request.status >= 200 && request.status < 300 && body) resolve(body);
      else reject(new UploadFailed(request.status, body?.detail ?? ""));
    };
    signal?.addEventListener("abort", () => {
      request.abort();
      reject(new UploadFailed(0, ""));
    });
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}
