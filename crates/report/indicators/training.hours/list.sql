SELECT i.completed || '/' || SUBSTR('0000000000' || CAST(i.record AS TEXT), LENGTH(CAST(i.record AS TEXT)) + 1) || '/' || SUBSTR('0000000000' || CAST(i.line AS TEXT), LENGTH(CAST(i.line AS TEXT)) + 1) AS key, e.id, i.topic, i.month, i.completed, i.hours
FROM register_training_plan_items i
JOIN register_training_plan e ON e.bureau = i.bureau AND e.id = i.record
WHERE i.bureau = $1 AND i.completed >= $2 AND i.completed <= $3 AND e.plan_year = CAST(SUBSTR($3, 1, 4) AS BIGINT)
