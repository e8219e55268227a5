WITH numbered AS (
    SELECT id, created_at, ROW_NUMBER() OVER (ORDER BY created_at, id) AS place
    FROM photos
)
SELECT id, created_at
FROM numbered
WHERE place > (SELECT place FROM numbered WHERE id = 7500)
ORDER BY place
LIMIT 20;
