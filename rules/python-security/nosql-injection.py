from flask import request


@app.route("/login", methods=["POST"])
def login():
    data = request.get_json()
    # ruleid: nosql-injection
    user = db.users.find_one({"name": data["name"], "password": data["password"]})
    # ruleid: nosql-injection
    db.users.delete_one({"name": request.json["name"]})
    # ok: nosql-injection
    user = db.users.find_one({"name": str(data["name"])})
    # ok: nosql-injection
    user = db.users.find_one({"name": request.args["name"]})
    # ruleid: mongo-where-injection
    db.users.find({"$where": "this.name == '" + request.args["name"] + "'"})
    # ruleid: mongo-where-injection
    db.users.find({"$where": f"this.age > {request.args['age']}"})
    # ok: mongo-where-injection
    db.users.find({"$where": "this.age > 18"})
    # ok: mongo-where-injection
    db.users.find({"age": {"$gt": int(request.args["age"])}})
    return user
