# ruleid: exec-used
exec("import os")
# ruleid: exec-used
exec(compile(source, "rule", "exec"), {"__builtins__": {}})


class Statement:
    def exec(self):
        return self.run()


# ok: exec-used
Statement().exec()
# ok: exec-used
session.exec(select(User))
