SELECT t.received || '/' || SUBSTR('0000000000' || CAST(t.id AS TEXT), LENGTH(CAST(t.id AS TEXT)) + 1) AS key,
       t.id AS ticket, t.order_no, t.received, t.title, t.address, COALESCE((SELECT u.name FROM units u WHERE u.bureau = t.bureau AND u.id = t.unit), t.unit) AS unit,
       CASE WHEN t.answered <= $3 THEN t.answered END AS answered,
       CASE WHEN t.closed <= $3 THEN t.closed END AS closed
FROM tickets t
WHERE t.bureau = $1 AND t.channel = '{channel}' AND t.received >= $2 AND t.received <= $3
