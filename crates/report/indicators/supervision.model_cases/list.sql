SELECT e.published || '/' || SUBSTR('0000000000' || CAST(e.id AS TEXT), LENGTH(CAST(e.id AS TEXT)) + 1) AS key, e.id, e.published, e.subject, e.case_id
FROM register_model_case e
WHERE e.bureau = $1 AND e.published >= $2 AND e.published <= $3
