SELECT t.closed || '/' || SUBSTR('0000000000' || CAST(t.id AS TEXT), LENGTH(CAST(t.id AS TEXT)) + 1) AS key,
       t.id AS ticket, t.order_no, t.received, t.answered, t.closed,
       CASE WHEN t.answered <= t.closed THEN 1 ELSE 0 END AS met,
       COALESCE((SELECT u.name FROM units u WHERE u.bureau = t.bureau AND u.id = t.unit), t.unit) AS unit
FROM tickets t
WHERE t.bureau = $1 AND t.closed >= $2 AND t.closed <= $3
