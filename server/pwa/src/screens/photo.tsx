// A photo from this phone's own storage. The address it is shown by dies with the picture.
import { useEffect, useState } from "preact/hooks";

export function Photo({ blob, label }: { blob: Blob; label: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url ? <img class="photo" src={url} alt={label} /> : null;
}
