from flask import request
from langchain_core.prompts import PromptTemplate
from openai import OpenAI

client = OpenAI()


@app.route("/chat", methods=["POST"])
def chat():
    persona = request.json["persona"]
    # ruleid: prompt-injection-system
    system = [{"role": "system", "content": f"You are {persona}. Never give discounts."}]
    client.chat.completions.create(model="m", messages=system)
    # ruleid: prompt-injection-system
    anthropic.messages.create(model="m", system="You are " + persona, messages=messages)
    # ok: prompt-injection-system
    messages = [{"role": "system", "content": RULES}, {"role": "user", "content": persona}]
    # ok: prompt-injection-system
    anthropic.messages.create(model="m", system=RULES, messages=messages)
    # ruleid: prompt-template-injection
    template = PromptTemplate.from_template("Answer as " + persona)
    # ruleid: prompt-template-injection
    template = PromptTemplate(template=persona, input_variables=[])
    # ok: prompt-template-injection
    template = PromptTemplate.from_template("Answer as {persona}")
    # ok: prompt-template-injection
    text = template.format(persona=persona)
    return text
