// Show-if rules, decided on the phone exactly as the server decides them (prompts/conditions.py says what they mean).
// The tests of both read prompts/condition_vectors.json. JSONLogic's notation, closed set of operators.
import type { Answers, Rule } from "./wire";

const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Whether `rule` holds; a comparison with no answer is false, an unknown operator throws. */
export function holds(rule: Rule, answers: Answers): boolean {
  const [operator, operand] = Object.entries(rule)[0] ?? ["", null];
  const parts: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (operator === "var") return hasAnswer(valueOf(rule, answers));
  if (operator === "and") return parts.every((part) => holds(part as Rule, answers));
  if (operator === "or") return parts.some((part) => holds(part as Rule, answers));
  if (operator === "!") return !holds(parts[0] as Rule, answers);
  const [left, right] = parts.map((part) => valueOf(part, answers));
  switch (operator) {
    case "==": return hasAnswer(left) && hasAnswer(right) && isSame(left, right);
    case "!=": return hasAnswer(left) && hasAnswer(right) && !isSame(left, right);
    case "in": return hasAnswer(left) && Array.isArray(right) && right.some((member) => isSame(left, member));
    case ">": return isOrdered(left, right) && left > (right as number);
    case ">=": return isOrdered(left, right) && left >= (right as number);
    case "<": return isOrdered(left, right) && left < (right as number);
    case "<=": return isOrdered(left, right) && left <= (right as number);
    default: throw new Error(`unknown operator in a rule: ${operator}`);
  }
}

function valueOf(side: unknown, answers: Answers): unknown {
  if (side === null || typeof side !== "object" || Array.isArray(side)) return side;
  const name = String((side as { var?: unknown }).var);
  return Object.hasOwn(answers, name) ? answers[name] : undefined;
}

function hasAnswer(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isSame(left: unknown, right: unknown): boolean {
  return (typeof left === "string" || typeof left === "number") && left === right;
}

function isOrdered(left: unknown, right: unknown): left is number {
  if (typeof left === "number" && typeof right === "number") return true;
  return [left, right].every((side) => typeof side === "string" && CLOCK_TIME.test(side));
}
