// A drawing on the screen as a picture to keep. Made on the phone; nothing is sent anywhere.

// What a style sheet gives a drawing. As attributes it stays with the drawing when that leaves the page.
const KEPT = [
  "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "opacity",
  "font-family", "font-size", "font-weight", "letter-spacing", "text-anchor",
] as const;

/** A PNG of `drawing`, so many pixels wide. Throws when the browser has no way to make one. */
export async function drawPng(drawing: SVGSVGElement, width: number): Promise<Blob> {
  const { width: w, height: h } = drawing.viewBox.baseVal;
  const height = Math.round((width * h) / w);
  const image = new Image();
  const address = URL.createObjectURL(new Blob([standAlone(drawing, width, height)], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d")?.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("no picture came of it");
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function standAlone(drawing: SVGSVGElement, width: number, height: number): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [...drawing.querySelectorAll("*")];
  [...copy.querySelectorAll("*")].forEach((element, index) => {
    const style = getComputedStyle(originals[index]!);
    for (const name of KEPT) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute("class");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  return new XMLSerializer().serializeToString(copy);
}

/** Saves a file as a download of this phone. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Whether this phone can hand a picture to another app. */
export function canShareFile(): boolean {
  if (!("canShare" in navigator)) return false;
  return navigator.canShare({ files: [new File([], "kiem.png", { type: "image/png" })] });
}

/** False when it was called off. */
export async function shareFile(blob: Blob, name: string): Promise<boolean> {
  return navigator.share({ files: [new File([blob], name, { type: "image/png" })] }).then(() => true, () => false);
}
