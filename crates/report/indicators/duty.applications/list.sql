SELECT e.received || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.received, e.number, e.due_answer AS due,
       CASE WHEN e.answered <= $3 THEN e.answered END AS answered
FROM register_duty_application e
WHERE e.bureau = $1 AND e.received >= $2 AND e.received <= $3
