// Photos are made small before they are kept, which also drops where and with what they were taken.
const LONGEST_PX = 1280;
const QUALITY = 0.82;

/** The size that fits within `longest` px on the longer side; never larger than it was. */
export function fitWithin(width: number, height: number, longest = LONGEST_PX): { width: number; height: number } {
  const share = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** A small JPEG of `file`; null when this browser cannot read it. */
export async function shrinkPhoto(file: Blob): Promise<Blob | null> {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const canvas = document.createElement("canvas");
    Object.assign(canvas, fitWithin(image.width, image.height));
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  } catch {
    return null;
  }
}
