import smtplib


def send(host, user, secret):
    mail = smtplib.SMTP(host)
    # ruleid: mail-login-cleartext
    mail.login(user, secret)


def send_in_block(host, user, secret):
    with smtplib.SMTP(host) as mail:
        # ruleid: mail-login-cleartext
        mail.login(user, secret)


def send_safely(host, user, secret):
    mail = smtplib.SMTP(host)
    mail.starttls(context=context)
    # ok: mail-login-cleartext
    mail.login(user, secret)


def send_tls(host, user, secret):
    mail = smtplib.SMTP_SSL(host)
    # ok: mail-login-cleartext
    mail.login(user, secret)
