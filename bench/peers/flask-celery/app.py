# What an engineer writes in ten minutes: Flask and Celery, with no validation of parameters, no log, no metrics and no
# bound. ANSWERS: a file with the answers of /api/tasks and /.
import json
import os

from flask import Flask, Response, request

from tasks import celery, hash_of

app = Flask(__name__)
with open(os.environ["ANSWERS"], encoding="utf-8") as file:
    answers = json.load(file)


@app.get("/")
def page():
    return answers["page"]


@app.get("/api/tasks")
def tasks():
    # As it is: jsonify() would sort its keys, and the bytes would not be those of the other systems.
    return Response(answers["tasks"], mimetype="application/json")


@app.get("/api/non-blocking")
def non_blocking():
    params = request.args.to_dict()
    task = celery.tasks[params.pop("task")]
    return {"job": task.delay(**params).id}, 202


@app.get("/api/blocking")
def blocking():
    return {"result": hash_of(request.args.get("iterations", 1, type=int))}
