from fastapi import APIRouter, Depends
from flask import Flask

app = APIRouter()


# ruleid: endpoint-without-auth
@app.delete("/posts/{post_id}")
async def delete_post(post_id: int):
    await posts.delete(post_id)


# ruleid: endpoint-without-auth
@flask_app.route("/posts", methods=["GET", "POST"])
def posts_view():
    return store(request.json)


# ok: endpoint-without-auth
@app.put("/posts/{post_id}")
async def update_post(post_id: int, user=Depends(get_current_user)):
    await posts.update(post_id)


# ok: endpoint-without-auth
@flask_app.route("/posts", methods=["POST"])
@login_required
def create_post():
    return store(request.json)


# ok: endpoint-without-auth
@app.get("/posts")
async def list_posts():
    return posts.all()
