import gradio as gr
import uvicorn

demo = gr.Interface(fn, "text", "text")
# ruleid: demo-server-exposed
demo.launch(share=True)
# ruleid: demo-server-exposed
uvicorn.run("main:app", host="0.0.0.0", port=80, reload=True)
# ok: demo-server-exposed
demo.launch()
# ok: demo-server-exposed
demo.launch(share=True, auth=check)
# ok: demo-server-exposed
uvicorn.run("main:app", reload=True)
