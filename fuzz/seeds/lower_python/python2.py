try: print >>f, "%s" % x
except E, e: exec code in ns, `y` <> 0777L
