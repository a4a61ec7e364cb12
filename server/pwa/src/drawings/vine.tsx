// Progress as a growing vine. Its share may shrink when a branch opens, so it never counts aloud in numbers.
export function Vine({ share, label }: { share: number; label: string }) {
  const leaves = [14, 27, 40, 53, 66, 79, 92];
  return (
    <div class="vine" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
      <svg viewBox="0 0 200 36" aria-hidden="true" preserveAspectRatio="none">
        <path class="vine-bed" d="M4 22C30 10 52 30 80 21 108 12 132 28 158 19 172 14 184 18 196 20" />
        <path class="vine-line" style={{ clipPath: `inset(-20px ${100 - share * 100}% -20px -20px)` }} d="M4 22C30 10 52 30 80 21 108 12 132 28 158 19 172 14 184 18 196 20" />
        {leaves.map((at, index) => (
          <path
            key={at}
            class={`vine-leaf ${share * 100 >= at ? "grown" : ""}`}
            style={{ transformOrigin: `${at * 2}px 20px` }}
            d={index % 2 === 0 ? `M${at * 2} 19c0-8 6-13 14-12 0 8-6 13-14 12Z` : `M${at * 2} 21c0 7 6 12 13 11 0-7-5-12-13-11Z`}
          />
        ))}
      </svg>
    </div>
  );
}
