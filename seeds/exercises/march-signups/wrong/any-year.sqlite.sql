-- People who signed up in March of other years are in your list too. Compare the year as well.
SELECT username, created_at
FROM users
WHERE strftime('%m', created_at) = '03';
