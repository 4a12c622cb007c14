import OpenAI from "openai";

async function ask(client: OpenAI, question: string) {
  const reply = await client.chat.completions.create({ model: "m", messages: [] });
  const answer = reply.choices[0].message.content;
  // ruleid: llm-output-js
  eval(answer);
  // ruleid: llm-output-js
  document.getElementById("a").innerHTML = answer;
  // ok: llm-output-js
  document.getElementById("a").textContent = answer;
  // ok: llm-output-js
  document.getElementById("a").innerHTML = DOMPurify.sanitize(answer);
}
