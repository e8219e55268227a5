SELECT ROUND(
    1.0 * (SELECT COUNT(*) FROM photos) / (SELECT COUNT(*) FROM users),
    2
) AS photos_per_user;
