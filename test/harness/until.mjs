/** Asks every 100 ms until the answer is truthy and returns it; fails after `limit` ms and names what was awaited. */
export async function until(what, ask, limit = 20_000) {
  const end = Date.now() + limit;
  let trouble = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      trouble = '';
    } catch (error) {
      trouble = ` (${error.message})`;
    }
    if (Date.now() > end) throw new Error(`Waited ${limit} ms in vain for: ${what}${trouble}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
