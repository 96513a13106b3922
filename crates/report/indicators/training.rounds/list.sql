SELECT e.begun || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.begun, e.ended, e.subject
FROM register_training_round e
WHERE e.bureau = $1 AND e.all_staff = 1 AND e.drill = 1 AND e.begun >= $2 AND e.begun <= $3
