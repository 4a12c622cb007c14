import boto3

s3 = boto3.client("s3")
# ruleid: public-storage
s3.put_object(Bucket=bucket, Key=key, Body=body, ACL="public-read")
# ruleid: public-storage
s3.upload_file(path, bucket, key, ExtraArgs={"ACL": "public-read-write"})
# ok: public-storage
s3.put_object(Bucket=bucket, Key=key, Body=body)
# ok: public-storage
s3.put_object(Bucket=bucket, Key=key, Body=body, ACL="private")
