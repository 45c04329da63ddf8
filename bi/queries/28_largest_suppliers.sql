-- 第28问:2023年签约金额最大的十家供应商?
select suppliers.supplier_name as 供应商, suppliers.supplier_size_name as 规模, count(*) as 合同数, sum(contracts.amount_yuan) / 10000 as 金额万元
from marts.fct_contracts as contracts
left join marts.dim_supplier as suppliers
    on contracts.department_code = suppliers.department_code and contracts.credit_code = suppliers.credit_code
where contracts.fiscal_year = 2023 and contracts.department_code = '101001' and not coalesce(contracts.is_secret, false)
group by all
order by 金额万元 desc, 供应商
limit 10
