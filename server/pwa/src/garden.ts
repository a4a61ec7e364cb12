// How many answers each earlier day of the study got, for the small plants on the hill.
import { dayCounts, type Trends } from "./trends";

/** Oldest first, one number for each study day before `date`; a day nobody knows about is a seed (0). */
export function earlierDays(trends: Trends | null, date: string, studyDay: number | null): number[] {
  if (studyDay === null || studyDay < 2) return [];
  const counts = trends ? dayCounts(trends) : new Map<string, number>();
  return Array.from({ length: studyDay - 1 }, (_, index) => {
    const day = new Date(Date.parse(`${date}T12:00:00Z`) - (studyDay - 1 - index) * 86_400_000).toISOString().slice(0, 10);
    return Math.min(5, counts.get(day) ?? 0);
  });
}
